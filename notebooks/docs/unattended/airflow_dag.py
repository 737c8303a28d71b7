"""Airflow: one page by the papermill operator, then the whole report with its alerts by the command.

The papermill operator runs one notebook in papermill's own engine, in the kernel `python3` of the environment that has
Eastbound, and writes the executed notebook. The command plans, checks, caches and renders, so it is the usual way; exit
code 3 (an alert is raised) marks its task as skipped.
"""

from datetime import datetime, timedelta

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = "/srv/eastbound"

with DAG(
    dag_id="eastbound_morning",
    schedule="0 6 * * 1-5",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
) as dag:
    page = PapermillOperator(
        task_id="page",
        input_nb=f"{HOME}/notebooks/20_primorye.ipynb",
        output_nb=f"{HOME}/reports/20_primorye-{{{{ ds }}}}.ipynb",
        parameters={"scenario": "baseline"},
        kernel_name="python3",
        language_name="python",
    )
    report = BashOperator(
        task_id="report",
        bash_command=f"{HOME}/.venv/bin/eastbound report morning --alert --log-format json",
        env={"EASTBOUND_HOME": HOME},
        append_env=True,
        skip_on_exit_code=3,  # the report is complete, and alerts.eml waits to be sent
    )
    page >> report
