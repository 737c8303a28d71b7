#!/usr/bin/env bash
# Making a folder in a bucket that does not exist makes the bucket.
#
# Package:  s3fs 2026.9.0, with moto 5.2.5 as the S3 server.
# Input:    makedirs("reprots/daily/run", exist_ok=True), as a program does before it writes files, with a misspelt bucket.
# Expected: FileNotFoundError, as from ls, put_file and pipe_file for the same path; folders do not exist in S3.
# Seen:     no error, and a new, empty bucket `reprots`.
# So:       never call makedirs before a write to S3; check that the bucket exists instead.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "s3fs==2026.9.0" "moto[s3]==5.2.5" "flask==3.1.3" \
  "flask-cors==6.0.5"
"$work/venv/bin/python" - <<'PY'
import logging
import os
import sys
from importlib.metadata import version

import s3fs
from moto.server import ThreadedMotoServer

print("s3fs", version("s3fs"), "moto", version("moto"))
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
fs = s3fs.S3FileSystem(endpoint_url=f"http://127.0.0.1:{port}")
try:
    fs.ls("reprots")
    told = False
except FileNotFoundError:
    told = True
fs.makedirs("reprots/daily/run", exist_ok=True)
fs.invalidate_cache()
buckets = fs.ls("")
print("ls of the missing bucket raises:", told, "- buckets after makedirs:", buckets)
server.stop()
if not (told and buckets == ["reprots"]):
    sys.exit("behaviour has changed")
PY
