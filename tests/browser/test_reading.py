"""What answers look like, and what they must not be able to do."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .visitor import Visitor, says

CODE = """Like this:

```python
def greet(name):
    \"\"\"Says hello.\"\"\"
    return f"Hello {name}"
```

Done."""

TABLE = """| Fibre | Wears |
|---|---|
| Linen | **cool** |

1. one
2. two"""

MATH = r"""It costs $5 to $10, and \(a^2 + b^2 = c^2\). So

\[ \int_0^1 x\,dx = \frac{1}{2} \]"""

ATTACKS = [
    "<script>window.harmed = true</script>",
    "<img src=x onerror='window.harmed = true'>",
    "<svg onload='window.harmed = true'></svg>",
    "<iframe srcdoc='<script>parent.harmed = true</script>'></iframe>",
    "<a href='javascript:window.harmed = true'>press</a>",
    "[press](javascript:window.harmed=true)",
    "[press](JaVaScRiPt:window.harmed=true)",
    "[press](data:text/html,<script>opener.harmed=true</script>)",
    "![](javascript:window.harmed=true)",
    "[press]: javascript:window.harmed=true\n\n[press]",
    "<javascript:window.harmed=true>",
    r"$$\href{javascript:window.harmed=true}{press}$$",
    r"$$\htmlData{x=1}{\includegraphics{https://elsewhere.test/x.png}}$$",
    "```html\n<script>window.harmed = true</script>\n```",
]


async def test_code_is_coloured_and_copied_whole(visitor: Visitor) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.home.puppet.words = says(CODE)
    answer = await visitor.ask_and_wait("code, please")
    block = answer.locator("figure")
    await expect(block).to_contain_text("python")
    keyword = block.locator("span[style]", has_text="return").first
    colour = await keyword.evaluate("span => getComputedStyle(span).color")
    assert colour != await block.locator("pre").evaluate("pre => getComputedStyle(pre).color")
    await visitor.button("Copy code", block).click()
    await expect(visitor.button("Copied", block)).to_be_visible()
    copied = await visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied == CODE.split("```python\n")[1].split("\n```")[0]


async def test_copying_an_answer_gives_its_markdown(visitor: Visitor) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.home.puppet.words = says(TABLE)
    answer = await visitor.ask_and_wait("a table, please")
    await visitor.button("Copy", answer).click()
    await expect(visitor.button("Copied", answer)).to_be_visible()
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == TABLE


async def test_tables_and_lists_are_set(visitor: Visitor) -> None:
    visitor.home.puppet.words = says(TABLE)
    answer = await visitor.ask_and_wait("a table, please")
    await expect(answer.get_by_role("columnheader")).to_have_text(["Fibre", "Wears"])
    await expect(answer.get_by_role("cell", name="cool").locator("strong")).to_have_text("cool")
    await expect(answer.get_by_role("listitem")).to_have_text(["one", "two"])


async def test_formulas_are_set_and_prices_left_alone(visitor: Visitor) -> None:
    visitor.home.puppet.words = says(MATH)
    answer = await visitor.ask_and_wait("math, please")
    await expect(answer.locator("math")).to_have_count(2)
    await expect(answer.locator(".katex-display")).to_have_count(1)
    await expect(answer).to_contain_text("It costs $5 to $10")


async def test_bold_is_bold_before_it_is_closed(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.words = lambda _request, _choice: ["This is **very", " strong**."]
    puppet.hold()
    await visitor.ask("hello")
    puppet.let(1)
    await expect(visitor.answers.locator("strong")).to_have_text("very")
    await expect(visitor.answers).not_to_contain_text("*")
    puppet.let(1)
    await visitor.sees_state("complete")


async def test_links_lead_out_safely_and_images_are_not_loaded(visitor: Visitor) -> None:
    visitor.home.puppet.words = says(
        "See [there](https://elsewhere.test/page) ![a cat](https://elsewhere.test/cat.png)"
    )
    answer = await visitor.ask_and_wait("a link, please")
    link = answer.get_by_role("link", name="there")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(answer.get_by_role("link", name="a cat")).to_be_visible()
    await expect(answer).to_contain_text("Image on elsewhere.test, not loaded")
    await expect(answer.locator("img")).to_have_count(0)


@pytest.mark.parametrize("where", ["answer", "question", "title"])
async def test_nothing_that_is_said_can_run(visitor: Visitor, where: str) -> None:
    attack = "\n\n".join(ATTACKS)
    visitor.home.puppet.words = says(attack if where == "answer" else "Nice try.")
    await visitor.ask_and_wait(attack if where == "question" else ATTACKS[0] if where == "title" else "attack me")
    for link in await visitor.answers.get_by_role("link").all():
        assert (await link.get_attribute("href") or "").startswith(("http", "#"))
    for press in await visitor.answers.get_by_text("press", exact=True).all():
        await press.click()
    assert await visitor.page.evaluate("window.harmed") is None
    assert await visitor.answers.locator("script, iframe, img, object, embed").count() == 0


async def test_a_page_older_than_the_server_fetches_itself_anew(visitor: Visitor) -> None:
    visitor.home.puppet.words = says(CODE)
    await visitor.page.route("**/assets/highlight-*", lambda route: route.fulfill(status=404), times=1)
    async with visitor.page.expect_event("load"):
        await visitor.ask("code, please")
    await expect(visitor.answers.locator("figure span[style]").first).to_be_attached()


async def test_a_long_answer_is_followed_until_the_reader_looks_elsewhere(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.words = lambda _request, _choice: [f"Line {number}.\n\n" for number in range(90)]
    puppet.hold()
    await visitor.ask("a long story")
    puppet.let(60)
    await expect(visitor.answers.get_by_text("Line 59.")).to_be_in_viewport()
    await visitor.answers.get_by_text("Line 58.").hover()
    await visitor.page.mouse.wheel(0, -900)
    await expect(visitor.button("Go to the latest")).to_be_visible()
    puppet.let(30)
    await visitor.sees_state("complete")
    await expect(visitor.answers.get_by_text("Line 89.")).not_to_be_in_viewport()
    await visitor.button("Go to the latest").click()
    await expect(visitor.answers.get_by_text("Line 89.")).to_be_in_viewport()
