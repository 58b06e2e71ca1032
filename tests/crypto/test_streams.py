"""A file is whole or refused."""

import io

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.crypto.context import encode
from dialogue.crypto.streams import StreamSealer, fresh_file_key, open_stream
from dialogue.errors import SealBroken

KEY, CONTEXT = bytes(range(32)), encode("dialogue/file/1", "annex")
HEADER, CHUNK, PAYLOAD = 9, 65_552, 65_532


def sealed_file(data, piece=50_000, key=KEY, context=CONTEXT):
    sealer = StreamSealer(key, context)
    parts = [sealer.header, *(sealer.update(data[at : at + piece]) for at in range(0, len(data), piece))]
    return b"".join([*parts, sealer.finish()])


def opened(sealed, key=KEY, context=CONTEXT):
    return b"".join(open_stream(key, context, [sealed]))


def chunks_of(sealed):
    return [sealed[at : at + CHUNK] for at in range(HEADER, len(sealed), CHUNK)]


def pattern(length):
    return (bytes(range(251)) * (length // 251 + 1))[:length]


@pytest.mark.parametrize(
    "length", [0, 1, 255, 256, 257, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1, 2 * PAYLOAD, 2 * PAYLOAD + 1, 300_000]
)
def test_a_file_comes_back_as_it_was_sent(length):
    assert opened(sealed_file(pattern(length))) == pattern(length)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 200_000), st.integers(1, 90_000), st.integers(1, 200_000))
def test_it_does_not_matter_in_which_pieces_a_file_comes_and_goes(length, written, read):
    sealed = sealed_file(pattern(length), written)
    pieces = [sealed[at : at + read] for at in range(0, len(sealed), read)]

    assert b"".join(open_stream(KEY, CONTEXT, pieces)) == pattern(length)
    assert b"".join(open_stream(KEY, CONTEXT, io.BytesIO(sealed))) == pattern(length)


def test_the_header_may_come_byte_by_byte():
    sealed = sealed_file(b"annex")

    assert b"".join(open_stream(KEY, CONTEXT, (bytes((byte,)) for byte in sealed))) == b"annex"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3 * CHUNK - 1))
def test_a_file_that_ends_early_is_refused(end):
    sealed = sealed_file(pattern(200_000))

    with pytest.raises(SealBroken):
        opened(sealed[: end % len(sealed)])


def test_a_file_that_ends_between_two_chunks_is_refused():
    sealed = sealed_file(pattern(200_000))

    for end in range(HEADER, len(sealed), CHUNK):
        with pytest.raises(SealBroken):
            opened(sealed[:end])


def test_a_file_that_goes_on_is_refused():
    sealed = sealed_file(pattern(100_000))
    last = chunks_of(sealed)[-1]

    for more in (b"\0", bytes(16), last, bytes(CHUNK), sealed):
        with pytest.raises(SealBroken):
            opened(sealed + more)


def test_chunks_in_another_order_twice_or_from_another_file_are_refused():
    sealed, other = sealed_file(pattern(200_000)), sealed_file(pattern(200_000))
    first, second, third, last = chunks_of(sealed)

    for chunks in (
        [second, first, third, last],
        [first, third, second, last],
        [first, first, second, third, last],
        [first, third, last],
        [last, second, third, first],
        [first, second, chunks_of(other)[2], last],
        [first, second, third, chunks_of(other)[3]],
    ):
        with pytest.raises(SealBroken):
            opened(sealed[:HEADER] + b"".join(chunks))
    with pytest.raises(SealBroken):
        opened(other[:HEADER] + sealed[HEADER:])


def test_every_flipped_byte_of_a_short_file_is_noticed():
    sealed = sealed_file(b"annex")

    for position in range(len(sealed)):
        with pytest.raises(SealBroken):
            opened(sealed[:position] + bytes((sealed[position] ^ 0x80,)) + sealed[position + 1 :])


@settings(max_examples=40, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_a_flipped_byte_of_a_long_file_is_noticed(position, mask):
    sealed = bytearray(sealed_file(pattern(150_000)))
    sealed[position % len(sealed)] ^= mask

    with pytest.raises(SealBroken):
        opened(bytes(sealed))


def test_a_bad_chunk_is_never_given_out():
    sealed = bytearray(sealed_file(pattern(200_000)))
    sealed[HEADER + CHUNK + 5] ^= 1
    given_out = []

    with pytest.raises(SealBroken):
        given_out.extend(open_stream(KEY, CONTEXT, [bytes(sealed)]))

    assert b"".join(given_out) == pattern(200_000)[:PAYLOAD]


def test_another_key_or_another_place_opens_nothing():
    sealed = sealed_file(b"annex")

    with pytest.raises(SealBroken):
        opened(sealed, key=fresh_file_key())
    with pytest.raises(SealBroken):
        opened(sealed, context=encode("dialogue/file/1", "other"))
    for wrong in (b"", bytes(16), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            StreamSealer(wrong, CONTEXT)


def test_a_finished_file_takes_nothing_more():
    sealer = StreamSealer(KEY, CONTEXT)
    sealer.finish()

    with pytest.raises(ValueError, match="finished"):
        sealer.update(b"more")
    with pytest.raises(ValueError, match="finished"):
        sealer.finish()


def test_the_length_of_a_file_shows_only_roughly():
    assert len(sealed_file(b"")) == len(sealed_file(bytes(256)))
    assert len(sealed_file(bytes(99_000))) == len(sealed_file(bytes(100_000)))
    assert len(sealed_file(bytes(100_000))) < 1.12 * 100_000


def test_a_file_is_laid_out_as_the_docstring_says():
    sealed = sealed_file(pattern(100_000))
    header, (first, last) = sealed[:HEADER], chunks_of(sealed)
    context = encode("dialogue/stream/1", CONTEXT, header)
    cipher = AESGCM(HKDF(SHA256(), 32, None, context).derive(KEY))

    one = cipher.decrypt(header[2:] + (0).to_bytes(4, "big") + b"\0", first, context)
    two = cipher.decrypt(header[2:] + (1).to_bytes(4, "big") + b"\1", last, context)

    assert header[:2] == bytes((1, 5))
    assert one == PAYLOAD.to_bytes(4, "big") + pattern(100_000)[:PAYLOAD]
    assert two == (34_468).to_bytes(4, "big") + pattern(100_000)[PAYLOAD:] + bytes(100_352 - 100_000)


@pytest.mark.parametrize(
    "chunks",
    [
        [bytes(4) + bytes(PAYLOAD), b"\0\0\0\5annex"],
        [b"\0\0\0\5annex" + bytes(PAYLOAD - 5), b"\0\0\0\5annex"],
        [b"\0\0\0\5annex" + bytes(9) + b"\1"],
        [b"\0\0\0\6annex"],
        [b"\xff\xff\xff\xffannex"],
        [b"\0\0\0"],
    ],
)
def test_even_a_holder_of_the_key_cannot_hide_words_behind_the_end(chunks):
    header = bytes((1, 5)) + bytes(7)
    context = encode("dialogue/stream/1", CONTEXT, header)
    cipher = AESGCM(HKDF(SHA256(), 32, None, context).derive(KEY))
    sealed = [
        cipher.encrypt(bytes(7) + number.to_bytes(4, "big") + bytes((number == len(chunks) - 1,)), chunk, context)
        for number, chunk in enumerate(chunks)
    ]

    with pytest.raises(SealBroken):
        opened(header + b"".join(sealed))


def test_two_files_never_look_alike():
    assert sealed_file(b"annex") != sealed_file(b"annex")
    assert fresh_file_key() != fresh_file_key()
