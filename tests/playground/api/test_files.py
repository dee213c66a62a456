"""sendPhoto, sendDocument, getFile and the download: uploads, file_ids, addresses, limits."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from playground import remote
from playground.app import Playground
from playground.errors import ApiError
from playground.files import file_id
from playground.model import StoredFile
from playground.phone import Json, Phone, PlaygroundClient
from playground.pictures import photo_sizes
from playground.settings import Settings
from tests.playground.api.raw import Api, assert_refused, button, inline, picture

if TYPE_CHECKING:
    import httpx

MIB = 1 << 20
WRONG = "wrong remote file identifier specified: "
SAMPLE = "backlink-screenshot.jpg"


@pytest.fixture
def settings() -> Settings:
    """With limits that a test reaches without shovelling megabytes."""
    return Settings(flood=None, photo_bytes=1000, upload_bytes=5000, download_bytes=3000)


async def upload(api: Api, phone: Phone, kind: str, name: str, content: bytes, **more: Any) -> Json:
    params = {"chat_id": phone.user_id, **more}
    message: Json = await api.ok(f"send{kind.capitalize()}", params, files={kind: (name, content)})
    return message


def noisy(width: int, height: int) -> bytes:
    """A picture that compresses badly."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).save(out, "JPEG")
    return out.getvalue()


# What is sent


async def test_a_document(api: Api, phone: Phone) -> None:
    message = await upload(api, phone, "document", "Report.PDF", b"%PDF-1.4", caption="<i>July</i>", parse_mode="HTML")
    document = message["document"]
    assert document == {
        "file_name": "Report.PDF",
        "mime_type": "application/pdf",
        "file_id": document["file_id"],
        "file_unique_id": document["file_unique_id"],
        "file_size": 8,
    }
    assert message["caption"] == "July"
    assert message["caption_entities"] == [{"offset": 0, "length": 4, "type": "italic"}]
    assert not {"text", "entities", "photo"} & set(message)


async def test_a_document_that_is_a_picture_has_a_thumbnail(api: Api, phone: Phone) -> None:
    content = picture(400, 200, "PNG")
    message = await upload(api, phone, "document", "map.png", content)
    assert message["document"]["file_size"] == len(content)
    thumbnail = message["document"]["thumbnail"]
    assert (thumbnail["width"], thumbnail["height"]) == (320, 160)
    assert message["document"]["thumb"] == thumbnail


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\y.txt", "y.txt"), ("..", "file")],
    ids=["unix", "dos", "dots"],
)
async def test_a_file_name_is_no_path(api: Api, phone: Phone, name: str, kept: str) -> None:
    message = await upload(api, phone, "document", name, b"x")
    assert message["document"]["file_name"] == kept


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        pytest.param((40, 30), [(40, 30)], id="tiny"),
        pytest.param((90, 90), [(90, 90)], id="just the smallest box"),
        pytest.param((200, 100), [(90, 45), (200, 100)], id="small"),
        pytest.param((800, 400), [(90, 45), (320, 160), (800, 400)], id="just a box"),
        pytest.param((1000, 500), [(90, 45), (320, 160), (800, 400), (1000, 500)], id="larger"),
        pytest.param((4000, 2000), [(90, 45), (320, 160), (800, 400), (1280, 640)], id="scaled down"),
        pytest.param((640, 1280), [(45, 90), (160, 320), (400, 800), (640, 1280)], id="upright"),
    ],
)
async def test_a_photo_comes_in_the_sizes_of_its_boxes(size: tuple[int, int], sizes: list[tuple[int, int]]) -> None:
    playground = Playground(Settings(flood=None))
    async with PlaygroundClient.in_process(playground) as own:
        bot = await own.add_bot()
        phone = await own.add_phone(bot)
        await phone.open()
        message = await upload(Api(bot), phone, "photo", "a.png", picture(*size, "PNG"), caption="x")
        assert [(each["width"], each["height"]) for each in message["photo"]] == sizes
        assert all(set(each) == PHOTO_SIZE for each in message["photo"])
        unique = {each["file_unique_id"] for each in message["photo"]}
        assert len(unique) == len(sizes)
        assert message["caption"] == "x"
    await playground.close()


PHOTO_SIZE = {"file_id", "file_unique_id", "file_size", "width", "height"}


async def test_a_photo_keeps_no_metadata(api: Api, phone: Phone) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    Image.new("RGB", (20, 10)).save(out, "JPEG", exif=exif)
    message = await upload(api, phone, "photo", "a.jpg", out.getvalue())
    downloaded = await download(api, message["photo"][-1]["file_id"])
    assert not Image.open(io.BytesIO(downloaded.content)).getexif()


async def test_a_file_goes_with_a_keyboard_a_reply_and_a_spoiler(api: Api, phone: Phone) -> None:
    number = await phone.say("send it")
    more = {"reply_markup": inline([button()]), "reply_to_message_id": number, "has_spoiler": True,
            "show_caption_above_media": True, "caption": "x"}  # fmt: skip
    message = await upload(api, phone, "photo", "a.jpg", picture(), **more)
    assert message["reply_markup"] == inline([button()])
    assert message["reply_to_message"]["message_id"] == number
    assert message["has_media_spoiler"] is True
    assert message["show_caption_above_media"] is True


async def test_a_file_may_be_attached_under_another_name(api: Api, phone: Phone) -> None:
    params = {"chat_id": phone.user_id, "document": "attach://the_file"}
    message = await api.ok("sendDocument", params, files={"the_file": ("a.txt", b"x"), "other": ("b.txt", b"y")})
    assert message["document"]["file_name"] == "a.txt"


@pytest.mark.parametrize("kind", ["photo", "document"])
@pytest.mark.parametrize("value", [None, "", "attach://", "attach://nothing"])
async def test_there_is_no_file_in_the_request(api: Api, kind: str, value: str | None) -> None:
    params = {} if value is None else {kind: value}
    await api.refuses(f"send{kind}", params, f"there is no {kind} in the request", files={"other": ("a", b"x")})


# Limits


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_an_empty_file(api: Api, phone: Phone, kind: str) -> None:
    files = {kind: ("a.jpg", b"")}
    await api.refuses(f"send{kind}", {"chat_id": phone.user_id}, "file must be non-empty", files=files)


async def test_a_photo_that_is_too_big(api: Api, phone: Phone) -> None:
    description = "file of size 1001 bytes is too big for a photo; the maximum size is 1000 bytes"
    files = {"photo": ("a.jpg", b"x" * 1001)}
    await api.refuses("sendPhoto", {"chat_id": phone.user_id}, description, files=files)


def test_the_real_limits() -> None:
    settings = Settings()
    assert settings.photo_bytes == 10_485_760
    assert settings.upload_bytes == 50 * MIB
    assert settings.download_bytes == 20 * MIB
    assert remote.MAX_BYTES["photo"] == 5 * MIB
    assert {size for kind, size in remote.MAX_BYTES.items() if kind != "photo"} == {20 * MIB}


async def test_a_document_that_is_too_big(api: Api, phone: Phone) -> None:
    await upload(api, phone, "document", "a.bin", b"x" * 5000)
    answer = await api.post("sendDocument", {"chat_id": phone.user_id}, files={"document": ("a.bin", b"x" * 5001)})
    assert_refused(answer, "Request Entity Too Large", code=413)


async def test_a_body_that_no_method_could_take_is_not_read_to_its_end(api: Api) -> None:
    answer = await api.post("sendDocument", {}, files={"document": ("a.bin", b"x" * (2 * MIB))})
    assert_refused(answer, "Request Entity Too Large", code=413)


@pytest.mark.parametrize(
    ("content", "description"),
    [
        pytest.param(b"no picture", "IMAGE_PROCESS_FAILED", id="no picture"),
        pytest.param(picture()[:300], "IMAGE_PROCESS_FAILED", id="half a picture"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMAGE_PROCESS_FAILED", id="svg"),
        pytest.param(picture(210, 10, "PNG"), "PHOTO_INVALID_DIMENSIONS", id="21 to 1"),
        pytest.param(picture(10, 210, "PNG"), "PHOTO_INVALID_DIMENSIONS", id="1 to 21"),
    ],
)
async def test_a_photo_that_telegram_does_not_take(api: Api, phone: Phone, content: bytes, description: str) -> None:
    await api.refuses("sendPhoto", {"chat_id": phone.user_id}, description, files={"photo": ("a.jpg", content)})


def test_the_sides_of_a_photo_have_at_most_ten_thousand_pixels_together() -> None:
    assert photo_sizes(picture(9500, 500, "PNG"))[-1].width == 1280
    with pytest.raises(ApiError, match="PHOTO_INVALID_DIMENSIONS"):
        photo_sizes(picture(9501, 500, "PNG"))


async def test_a_photo_of_the_longest_ratio(api: Api, phone: Phone) -> None:
    message = await upload(api, phone, "photo", "a.png", picture(200, 10, "PNG"))
    assert (message["photo"][-1]["width"], message["photo"][-1]["height"]) == (200, 10)


@pytest.mark.parametrize(("length", "fits"), [(1024, True), (1025, False)])
async def test_a_caption_has_at_most_1024_characters(api: Api, phone: Phone, length: int, fits: bool) -> None:
    params = {"chat_id": phone.user_id, "caption": "\N{WINKING FACE}" * length}
    files = {"document": ("a.txt", b"x")}
    if fits:
        assert len((await api.ok("sendDocument", params, files=files))["caption"]) == length
    else:
        await api.refuses("sendDocument", params, "message caption is too long", files=files)


async def test_of_two_errors_the_first_in_the_servers_order_is_told(api: Api, phone: Phone) -> None:
    here, nowhere = {"chat_id": phone.user_id}, {"chat_id": 999_999}
    empty = {"document": ("a.txt", b"")}
    full = {"document": ("a.txt", b"x")}
    formatting = {"caption": "<", "parse_mode": "HTML"}
    refused: list[tuple[Json, dict[str, tuple[str, bytes]], str]] = [
        ({**nowhere, **formatting}, {"other": ("a", b"x")}, "there is no document in the request"),
        ({**formatting, "reply_parameters": "{"}, full, "can't parse entities: Unclosed start tag at byte offset 0"),
        ({"reply_parameters": "{", "reply_markup": "{"}, full, "can't parse reply parameters JSON object"),
        ({**nowhere, "reply_markup": "{"}, full, "can't parse reply keyboard markup JSON object"),
        ({**nowhere, "caption": "x" * 1025}, empty, "chat not found"),
        ({**here, "reply_to_message_id": 999_999, "caption": "x" * 1025}, empty, "message to be replied not found"),
        ({**here, "caption": "x" * 1025}, empty, "message caption is too long"),
    ]
    for params, files, description in refused:
        await api.refuses("sendDocument", params, description, files=files)


# file_ids


async def test_a_file_id_is_sent_as_often_as_one_likes(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    first = await upload(api, phone, "document", "a.txt", b"x")
    other = await client.add_phone(api.bot, "Bilal")
    await other.open()
    for chat_id in (phone.user_id, other.user_id):
        again = await api.ok("sendDocument", {"chat_id": chat_id, "document": first["document"]["file_id"]})
        assert again["document"] == first["document"]
    photo = await upload(api, phone, "photo", "a.jpg", picture(200, 100))
    for size in photo["photo"]:
        again = await api.ok("sendPhoto", {"chat_id": phone.user_id, "photo": size["file_id"], "has_spoiler": True})
        assert again["photo"] == photo["photo"]
        assert again["has_media_spoiler"] is True


async def test_what_a_phone_sent_is_sent_on(api: Api, phone: Phone) -> None:
    await phone.send_photo(("a.jpg", noisy(60, 60)))
    photo = (await api.update())["message"]["photo"]
    again = await api.ok("sendPhoto", {"chat_id": phone.user_id, "photo": photo[-1]["file_id"]})
    assert again["photo"] == photo


@pytest.mark.parametrize(
    ("identifier", "description"),
    [
        pytest.param("not a file id", WRONG + "Wrong character in the string", id="spaces"),
        pytest.param("schlüssel", WRONG + "Wrong character in the string", id="other letters"),
        pytest.param("AAAAA", WRONG + "Wrong character in the string", id="no base64url"),
        pytest.param("AgAC", WRONG + "can't unserialize it", id="too short"),
        pytest.param("A" * 60, WRONG + "can't unserialize it", id="too long"),
    ],
)
async def test_a_mangled_file_id(api: Api, phone: Phone, identifier: str, description: str) -> None:
    await api.refuses("sendDocument", {"chat_id": phone.user_id, "document": identifier}, description)
    await api.refuses("sendDocument", {"chat_id": 999_999, "document": identifier}, "chat not found")
    await api.refuses("getFile", {"file_id": identifier}, "invalid file_id")


async def test_a_file_id_of_another_kind(api: Api, phone: Phone) -> None:
    document = (await upload(api, phone, "document", "a.txt", b"x"))["document"]["file_id"]
    photo = (await upload(api, phone, "photo", "a.jpg", picture()))["photo"][-1]["file_id"]
    here = {"chat_id": phone.user_id}
    await api.refuses("sendPhoto", {**here, "photo": document}, "can't use file of type Document as Photo")
    await api.refuses("sendDocument", {**here, "document": photo}, "can't use file of type Photo as Document")


async def test_a_file_id_of_another_bot_and_one_of_no_file(
    api: Api, phone: Phone, client: PlaygroundClient, playground: Playground
) -> None:
    foreign = (await upload(api, phone, "document", "a.txt", b"x"))["document"]["file_id"]
    other = await client.add_bot()
    bilal = await client.add_phone(other, "Bilal")
    await bilal.open()
    unusable = "wrong file identifier/HTTP URL specified"
    await Api(other).refuses("sendDocument", {"chat_id": bilal.user_id, "document": foreign}, unusable)
    gone = "wrong file_id or the file is temporarily unavailable"
    await Api(other).refuses("getFile", {"file_id": foreign}, gone)
    nothing = file_id(playground.world.bots[api.bot.id], StoredFile(999, 1, "document", "x", "text/plain"))
    await api.refuses("sendDocument", {"chat_id": phone.user_id, "document": nothing}, unusable)
    await api.refuses("getFile", {"file_id": nothing}, gone)


async def test_a_file_unique_id_is_of_no_use(api: Api, phone: Phone) -> None:
    document = (await upload(api, phone, "document", "a.txt", b"x"))["document"]
    again = (await api.ok("sendDocument", {"chat_id": phone.user_id, "document": document["file_id"]}))["document"]
    assert again["file_unique_id"] == document["file_unique_id"]
    params = {"chat_id": phone.user_id, "document": document["file_unique_id"]}
    await api.refuses("sendDocument", params, WRONG + "can't unserialize it")
    await api.refuses("getFile", {"file_id": document["file_unique_id"]}, "invalid file_id")


# getFile and the download


async def download(api: Api, identifier: str) -> httpx.Response:
    file = await api.ok("getFile", {"file_id": identifier})
    return await api.bot.client.http.get(f"/file/bot{api.bot.token}/{file['file_path']}")


async def test_a_document_is_downloaded_as_it_was_sent(api: Api, phone: Phone) -> None:
    content = bytes(range(256))
    document = (await upload(api, phone, "document", "Secret name.PDF", content))["document"]
    file = await api.ok("getFile", {"file_id": f" {document['file_id']} "})
    number = file["file_path"].removeprefix("documents/file_").removesuffix(".pdf")
    assert number.isdigit()
    assert file == {
        "file_id": document["file_id"],
        "file_unique_id": document["file_unique_id"],
        "file_size": 256,
        "file_path": f"documents/file_{number}.pdf",
    }
    answer = await download(api, document["file_id"])
    assert (answer.status_code, answer.content) == (200, content)


async def test_a_server_of_ones_own_tells_where_a_file_lies_on_its_disk() -> None:
    playground = Playground(Settings(flood=None, local_paths=True))
    async with PlaygroundClient.in_process(playground) as client:
        bot = await client.add_bot(username="example_bot")
        phone = await client.add_phone(bot, "Ayesha")
        await phone.open()
        await phone.send_document(("a.csv", b"1,2"))
        updates = (await bot.call("getUpdates"))["result"]
        file = await bot.call("getFile", file_id=updates[-1]["message"]["document"]["file_id"])
    path = Path(file["result"]["file_path"])
    assert path.is_absolute()
    assert await asyncio.to_thread(path.read_bytes) == b"1,2"
    await playground.close()


async def test_a_photo_of_a_phone_is_downloaded_as_jpeg(api: Api, phone: Phone) -> None:
    await phone.send_photo(("a.png", picture(100, 50, "PNG")), caption="look")
    message = (await api.update())["message"]
    assert message["caption"] == "look"
    largest = message["photo"][-1]
    file = await api.ok("getFile", {"file_id": largest["file_id"]})
    assert file["file_path"].startswith("photos/file_")
    assert file["file_path"].endswith(".jpg")
    content = (await download(api, largest["file_id"])).content
    assert len(content) == largest["file_size"]
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("JPEG", (largest["width"], largest["height"]))


@pytest.mark.parametrize("params", [{}, {"file_id": ""}, {"file_id": "  "}])
async def test_get_file_without_file_id(api: Api, params: Json) -> None:
    await api.refuses("getFile", params, "file_id not specified")


async def test_a_file_that_is_too_big_to_download(api: Api, phone: Phone) -> None:
    small = (await upload(api, phone, "document", "a.bin", b"x" * 3000))["document"]["file_id"]
    big = (await upload(api, phone, "document", "a.bin", b"x" * 3001))["document"]["file_id"]
    await api.ok("getFile", {"file_id": small})
    await api.refuses("getFile", {"file_id": big}, "file is too big")


async def test_a_download_needs_the_right_path(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    identifier = (await upload(api, phone, "document", "a.txt", b"x"))["document"]["file_id"]
    path = (await api.ok("getFile", {"file_id": identifier}))["file_path"]
    root = f"/file/bot{api.bot.token}"
    for wrong in ("documents/file_999.txt", path.removesuffix(".txt"), f"photos/{path}", "../../etc/passwd", "x", ""):
        assert_refused(await client.http.get(f"{root}/{wrong}"), "Not Found", code=404)
    await api.bot.revoke()
    assert_refused(await client.http.get(f"{root}/{path}"), "Unauthorized", code=401)


# Addresses


@pytest.fixture
async def web(served: PlaygroundClient) -> PlaygroundClient:
    """A playground that serves its own samples to itself."""
    return served


@pytest.fixture
async def web_api(web: PlaygroundClient) -> Api:
    return Api(await web.add_bot())


@pytest.fixture
async def web_phone(web: PlaygroundClient, web_api: Api) -> Phone:
    phone = await web.add_phone(web_api.bot)
    await phone.open()
    return phone


async def test_a_file_is_fetched_from_its_address(web: PlaygroundClient, web_api: Api, web_phone: Phone) -> None:
    address = f"{web.url}/playground/samples"
    photo = await web_api.ok("sendPhoto", {"chat_id": web_phone.user_id, "photo": f"{address}/{SAMPLE}"})
    assert photo["photo"][-1]["width"] > 90
    document = {"chat_id": web_phone.user_id, "document": f"{address}/work-report.pdf"}
    assert (await web_api.ok("sendDocument", document))["document"]["mime_type"] == "application/pdf"


@pytest.mark.parametrize(
    ("kind", "path", "description"),
    [
        pytest.param("photo", "/playground/samples/work-report.pdf", "wrong type of the web page content", id="type"),
        pytest.param("document", f"/playground/samples/{SAMPLE}", "wrong type of the web page content", id="jpeg"),
        pytest.param("photo", "/playground/samples/no.jpg", "failed to get HTTP URL content", id="404"),
    ],
)
async def test_an_address_that_does_not_do(
    web: PlaygroundClient, web_api: Api, web_phone: Phone, kind: str, path: str, description: str
) -> None:
    params = {"chat_id": web_phone.user_id, kind: web.url + path}
    await web_api.refuses(f"send{kind}", params, description)


@pytest.mark.parametrize("kind", ["photo", "document"])
@pytest.mark.parametrize(
    ("address", "description"),
    [
        ("ftp://example.com/a.jpg", "wrong HTTP URL specified"),
        ("http://[broken.jpg", "wrong HTTP URL specified"),
        ("http://127.0.0.1:9/a.jpg", "failed to get HTTP URL content"),
    ],
)
async def test_an_address_where_nothing_is(api: Api, phone: Phone, kind: str, address: str, description: str) -> None:
    await api.refuses(f"send{kind}", {"chat_id": phone.user_id, kind: address}, description)


async def test_a_file_that_is_too_big_to_fetch(
    web: PlaygroundClient, web_api: Api, web_phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(remote.MAX_BYTES, "photo", 100)
    params = {"chat_id": web_phone.user_id, "photo": f"{web.url}/playground/samples/{SAMPLE}"}
    await web_api.refuses("sendPhoto", params, "failed to get HTTP URL content")


async def test_what_a_phone_sends_may_be_more_than_the_bot_can_fetch(api: Api, phone: Phone) -> None:
    await phone.send_document(("big.bin", b"x" * 4000), caption="big")
    document = (await api.update())["message"]["document"]
    assert document["file_size"] == 4000
    await api.refuses("getFile", {"file_id": document["file_id"]}, "file is too big")
