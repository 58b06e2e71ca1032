"""Every page speaks the reader's language, from the catalogues that the package brings."""

from __future__ import annotations

import pytest

from tests.web.client import Client

WORDS = {
    "en": ("Sign in", "Use a passkey instead"),
    "fr": ("Se connecter", "Utiliser plutôt une clé d'accès"),
    "es": ("Iniciar sesión", "Usar en su lugar una clave de acceso"),
}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_page_is_in_the_language_that_was_chosen(client: Client, language: str) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": language})

    assert page.language == language
    assert page.heading == WORDS[language][0]
    assert WORDS[language][1] in page.text
    others = {words[0] for code, words in WORDS.items() if code != language}
    assert page.heading not in others
