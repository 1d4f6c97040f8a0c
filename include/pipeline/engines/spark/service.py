"""`python -m include.pipeline.engines.spark.service …`: what Spark's services in docker-compose.yaml run.

`master` and `worker spark://host:port` turn this process into one; `healthy` exits with 0 if the one in
this container answers.
"""

import os
import socket
import sys
import tempfile

from include.pipeline.engines.spark.cluster import CLASSES, page_of, program
from include.pipeline.engines.spark.spark_settings import spark_settings

PORT, PAGE = 7077, 8081


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit code, unless this process becomes a master or worker."""
    role, *address = arguments
    host = socket.gethostname()
    if role == "healthy":
        return 0 if page_of(host, PAGE) else 1
    spark_class, environment = program()
    own = ["--port", str(PORT)] if role == "master" else ["--work-dir", tempfile.gettempdir(), *address]
    java_class = f"{CLASSES}.{role}.{role.capitalize()}"
    command = [spark_class, java_class, "--host", host, "--webui-port", str(PAGE), *own]
    os.execve(spark_class, command, {**environment, "SPARK_WORKER_MEMORY": spark_settings().spark_memory})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
