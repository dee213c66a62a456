"""How people talk with the bot: taps and words, each with what has to come of it."""

from __future__ import annotations

from playground.phone import Phone, Screen


async def talk(phone: Phone, *turns: tuple[str, str]) -> Screen:
    """Taps what is a button, types what is not, and waits each time for what comes."""
    screen = await phone.screen()
    for said, expected in turns:
        if any(button.text == said for button in screen.buttons):
            await phone.tap(said)
        else:
            await phone.say(said)
        screen = await phone.wait_for(expected)
    return screen


async def tap_when_shown(phone: Phone, button: str, then: str) -> Screen:
    """Taps a button that is still on its way, and waits for what comes of it."""
    await phone.wait_for(button)
    await phone.tap(button)
    return await phone.wait_for(then)


async def tap_beginning(phone: Phone, beginning: str, then: str = "") -> None:
    """Waits for a button whose text begins so, and taps the newest."""

    def found(now: Screen) -> str | None:
        return next((button.text for button in now.buttons if button.text.startswith(beginning)), None)

    name = found(await phone.wait_for(found))
    assert name is not None
    await phone.tap(name)
    if then:
        await phone.wait_for(then)


async def forge(phone: Phone, data: str) -> None:
    """A button that the bot never showed to this person, tapped."""
    keyboard = {"inline_keyboard": [[{"text": "forged", "callback_data": data}]]}
    await phone.bot.call("sendMessage", chat_id=phone.user_id, text="Look!", reply_markup=keyboard)
    await phone.tap("forged")
