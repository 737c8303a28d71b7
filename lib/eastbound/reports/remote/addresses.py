"""Open addresses of fsspec such as ``s3://bucket/prefix``, and say in words why one does not work."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from eastbound.errors import InputError, ServiceError, shortened

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_PASSWORD: Final = re.compile(r"(?<=//)[^/@]*@")


def is_address(text: str) -> bool:
    """Return whether a text is an address, not a path.

    Examples
    --------
    >>> is_address("s3://bucket/reports"), is_address("reports"), is_address("C:/reports")
    (True, False, False)
    """
    return _ADDRESS.match(text) is not None


def hidden(text: str) -> str:
    """Return a text without the names and passwords of its addresses.

    Examples
    --------
    >>> hidden("sftp://me:secret@host/reports")
    'sftp://host/reports'
    """
    return _PASSWORD.sub("", text)


def need_extra(*modules: str, purpose: str) -> None:
    """Check that the packages of the optional extra `cluster` are installed.

    Parameters
    ----------
    *modules : str
        Names that must be importable.
    purpose : str
        The option that needs them, as the user wrote it.

    Raises
    ------
    InputError
        If one is missing.

    Examples
    --------
    >>> need_extra("json", purpose="--out s3://bucket")
    >>> need_extra("no_such_module", purpose="--out s3://bucket")
    Traceback (most recent call last):
    eastbound.errors.InputError: `--out s3://bucket` needs the package `no_such_module`, which is not installed; ...
    """
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        message = (
            f"`{hidden(shortened(purpose))}` needs the package `{missing[0]}`, which is not installed; "
            "install the optional packages with `pip install 'eastbound[cluster]'`."
        )
        raise InputError(message)


def open_address(address: str, *, option: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address and the path in it.

    Parameters
    ----------
    address : str
        Such as ``s3://bucket/prefix``. Endpoint and credentials come from the configuration and the environment
        variables of fsspec and of the store's own client.
    option : str
        The option or variable that it was given by, for messages.

    Raises
    ------
    InputError
        If the protocol is not known, or the package that speaks it is missing.
    ServiceError
        If its client cannot start.

    Examples
    --------
    >>> open_address("memory://reports/a", option="--out")[1]
    '/reports/a'
    """
    need_extra("fsspec", purpose=f"{option} {address}")
    from fsspec.core import url_to_fs

    shown = hidden(shortened(address, 200))
    try:
        fs, path = url_to_fs(address)
    except ImportError as error:
        message = (
            f"`{option} {shown}` needs a package that is not installed: {error}. S3 comes with eastbound[cluster]."
        )
        raise InputError(message) from error
    except ValueError as error:
        message = (
            f"`{option} {shown}` is not an address that fsspec knows: {hidden(str(error))}. "
            "Write one such as `s3://bucket/prefix` or `file:///folder`."
        )
        raise InputError(message) from error
    except Exception as error:  # clients of stores raise errors of their own, outside OSError
        message = f"`{option} {shown}`: {reason(error)}."
        raise ServiceError(message) from error
    return fs, path.rstrip("/")


def check_address(address: str, *, option: str) -> None:
    """Check before a run that an address can be reached.

    Parameters
    ----------
    address, option : str
        As for `open_address`.

    Raises
    ------
    InputError
        If the protocol or the bucket does not exist.
    ServiceError
        If nothing answers there.

    Examples
    --------
    >>> check_address("memory://reports", option="--out")
    """
    fs, path = open_address(address, option=option)
    if "file" in fs.protocol or "memory" in fs.protocol:  # folders are made when they are needed
        return
    container = path.lstrip("/").partition("/")[0]
    try:
        fs.ls(container)
    except PermissionError:  # who may write need not be allowed to list
        return
    except FileNotFoundError as error:
        message = (
            f"`{option} {hidden(address)}`: there is no bucket `{container}`; make it, or correct the name. "
            "The endpoint is that of $AWS_ENDPOINT_URL or of the configuration of fsspec."
        )
        raise InputError(message) from error
    except Exception as error:  # clients of stores raise errors of their own, outside OSError
        message = f"`{option} {hidden(address)}`: {reason(error)}. Nothing was run."
        raise ServiceError(message) from error


def reason(error: BaseException) -> str:
    """Return in words why a store refused or did not answer.

    Parameters
    ----------
    error : BaseException
        What the file system raised.

    Examples
    --------
    >>> reason(PermissionError("Access Denied"))
    'permission is missing (Access Denied)'
    """
    text = shortened(hidden(" ".join(str(error).split())), 300).rstrip(".")
    words: Any = {PermissionError: "permission is missing", FileNotFoundError: "the bucket or folder does not exist"}
    for kind, meaning in words.items():
        if isinstance(error, kind):
            return f"{meaning} ({text})"
    name = type(error).__name__
    if "Credentials" in name:
        return f"no credentials were found ({text}); set those of the store, such as $AWS_ACCESS_KEY_ID"
    return f"the store did not answer ({name}: {text})"
