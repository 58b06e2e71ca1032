"""A passkey in a real browser, with an authenticator of the browser's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.conftest import Demo, keep_session

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_somebody_makes_a_passkey_and_signs_in_with_it(sign_in: Callable[..., Any], demo: Demo) -> None:
    page = sign_in("Laura Nieto")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{demo.url}/account/second-factor/add")
    page.check("input[name=kind][value=passkey]")
    page.fill("input[name=passkey_name]", "My phone")
    page.click("button[data-passkey-make]")
    page.wait_for_selector(".app-passkey__made:not([hidden])")
    page.get_by_role("button", name="Use this from now on").click()
    page.wait_for_url("**/account/second-factor")
    assert "Passkey: My phone" in page.inner_text("main")

    page.goto(demo.url)
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{demo.url}/sign-in")
    person = demo.person("Laura Nieto")
    page.fill("input[name=email]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.click("button[data-passkey-use]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    assert "Laura Nieto" in page.inner_text("body")
    keep_session(demo, "Laura Nieto", page)
