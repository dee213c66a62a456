"""The shortest way through: a phone says something, the bot answers with a button, the phone taps it."""

from __future__ import annotations

from playground.phone import BotAccount, Phone


async def test_a_message_a_button_a_tap_an_edit_a_toast(bot: BotAccount, phone: Phone) -> None:
    await phone.say("hello")
    update = (await bot.call("getUpdates"))["result"][0]
    assert update["message"]["text"] == "hello"
    keyboard = {"inline_keyboard": [[{"text": "Approve", "callback_data": "yes"}]]}
    sent = await bot.call("sendMessage", chat_id=phone.user_id, text="Order 1", reply_markup=keyboard)
    await phone.wait_for("Order 1")
    await phone.tap("Approve")
    assert (await phone.screen()).buttons[0].waiting
    update = (await bot.call("getUpdates", offset=update["update_id"] + 1))["result"][0]
    assert update["callback_query"]["data"] == "yes"
    await bot.call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Done")
    await bot.call(
        "editMessageText", chat_id=phone.user_id, message_id=sent["result"]["message_id"], text="Order 1: approved"
    )
    screen = await phone.wait_for("Order 1: approved")
    assert screen.toast is not None
    assert screen.toast["text"] == "Done"
    assert screen.last.is_edited
    assert not screen.buttons
