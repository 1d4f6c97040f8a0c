"""The web UI behind a proxy with TLS, by the recipe of docs/operations.md, as people elsewhere use it."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, expect

from include.pipeline.core.settings import PROJECT_DIR
from tests.stack.stack import Stack
from tests.support.needs import skip_without
from tests.support.scheduler import until

pytestmark = pytest.mark.smoke

OPERATIONS = (PROJECT_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
# The parts of nginx's configuration that Debian's own one has around the recipe.
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {recipe}
}}
"""


def write_certificate(certificate: Path, key_file: Path) -> None:
    """Write a certificate of the test's own for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def proxied(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the web UI behind nginx, which the recipe configures."""
    if not shutil.which("nginx"):
        skip_without("docker", "nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "airflow.crt", folder / "airflow.key"
    write_certificate(certificate, key)
    port = free_port()
    (recipe,) = re.findall(r"```nginx\n(.*?)```", OPERATIONS, flags=re.DOTALL)
    for written, here in (
        ("443", f"127.0.0.1:{port}"),
        ("airflow.example.com", "localhost"),
        ("/etc/ssl/airflow.crt", str(certificate)),
        ("/etc/ssl/airflow.key", str(key)),
        ("http://127.0.0.1:8080", stack.address),
    ):
        assert written in recipe
        recipe = recipe.replace(written, here)
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(folder=folder, recipe=recipe), encoding="utf-8")
    nginx = subprocess.Popen(["nginx", "-e", str(folder / "error.log"), "-c", str(configuration)])
    try:
        trusted = ssl.create_default_context(cafile=str(certificate))

        def answers() -> bool:
            assert nginx.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            try:
                with socket.create_connection(("127.0.0.1", port)) as connection:
                    trusted.wrap_socket(connection, server_hostname="localhost").close()
            except OSError:
                return False
            return True

        until(answers)
        yield f"https://localhost:{port}"
    finally:
        nginx.terminate()
        nginx.wait()


def test_people_log_in_and_read_our_pages(
    browser: Browser, stack: Stack, proxied: str, first_run: dict[str, Any]
) -> None:
    """Every request goes through the proxy, and the browser sends the cookie of the login by TLS alone."""
    password = stack.make("user", "NAME=remote", "ROLE=viewer").split()[-1]
    context = browser.new_context(base_url=proxied, ignore_https_errors=True)
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add("/".join(request.url.removeprefix("blob:").split("/")[:3])))
    page.goto("/dags/mentor_tier_report")
    page.fill("input[name=username]", "remote")
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.get_by_text("Failed Runs").wait_for()
    login = [cookie for cookie in context.cookies() if cookie["name"] == "_token"]
    assert login and all(cookie["secure"] for cookie in login)
    page.goto("/dags/mentor_tier_report")
    page.get_by_role("button", name="Plugins").click()
    page.get_by_role("menuitem", name="Mentoring").hover()
    page.get_by_role("menuitem", name="Tier report").click()
    frame = page.wait_for_selector("iframe").content_frame()
    assert frame is not None
    expect(frame.get_by_text("61.90").first).to_be_visible()
    assert asked == {proxied}
    context.close()
