"""Lays out the page: what it is about, the data, the training, the examination, its way among the people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from homespun.core.ids import made_at
from homespun.learning.examination.chinese import card_in_chinese
from homespun.learning.examination.statistics import wilson

from .drawings import curve, interval
from .values import Improvement, Training
from .words import SUITES, WORDS, Language

_MARKS = {"passed": "✓", "failed": "✗", "not_run": "–"}
_CODES = {"en": "en", "zh": "zh-CN"}


def page(improvement: Improvement, language: Language) -> str:
    """The whole document."""
    return _Page(improvement, language).document()


class _Page:
    """One page in one language. Methods return pieces of HTML; what people and models wrote is escaped."""

    def __init__(self, improvement: Improvement, language: Language) -> None:
        self._its = improvement
        self._language: Language = language
        self._words = WORDS[language]

    def document(self) -> str:
        style = (files("homespun.learning.report") / "page.css").read_text(encoding="utf-8")
        body = "".join([self._head(), self._data(), self._training(), self._examination(), self._people()])
        return (
            f'<!doctype html><html lang="{_CODES[self._language]}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self._words['title']} · {escape(self._its.run.id)}</title><style>{style}</style></head>"
            f"<body><main>{body}</main></body></html>\n"
        )

    def _head(self) -> str:
        run, release, words = self._its.run, self._its.release, self._words
        began = made_at(run.id)
        failure = run.failure
        why = f'<p class="failure">{escape(failure["words"])}</p>' if failure else ""
        facts = {
            words["release"]: escape(release.name) if release else words["none"],
            words["digest"]: _digest(release.digest if release else None, words["none"]),
            words["snapshot"]: _digest(run.snapshot_digest, words["none"]),
        }
        listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
        when = f"{began:%Y-%m-%d %H:%M} UTC · " if began else ""
        return (
            f'<header><div class="cloth" aria-hidden="true"></div><p class="eyebrow">Homespun</p>'
            f'<h1>{words["title"]} <span class="state {run.state}">{words[run.state]}</span></h1>'
            f'<p class="lead">{words["lead"]}</p><p class="when">{when}{escape(run.id)}</p>{why}'
            f'<dl class="facts">{listed}</dl></header>'
        )

    def _data(self) -> str:
        manifest, words = self._its.manifest, self._words
        if manifest is None:
            return ""
        labels = sum(sum(each.values()) for each in manifest.counts.values())
        tiles = ((labels, "labels"), (manifest.people, "people"), (manifest.conversations, "conversations"))
        shown = "".join(f"<div><b>{number:,}</b><span>{words[name]}</span></div>" for number, name in tiles)
        rows = "".join(
            f"<tr><th>{words.get(kind, kind)}</th>"
            f"<td>{each.get('train', 0):,}</td><td>{each.get('held_out', 0):,}</td></tr>"
            for kind, each in manifest.counts.items()
        )
        heads = f"<tr><th>{words['kind']}</th><th>{words['train']}</th><th>{words['held_out']}</th></tr>"
        notes = {
            "sources": manifest.sources,
            "dropped": manifest.dropped,
            "down_weighted": manifest.down_weighted,
            "scrubbed": manifest.scrubbed,
        }
        told = "".join(self._counts(name, counts) for name, counts in notes.items() if counts)
        if manifest.agreement is not None:
            told += f"<div><dt>{words['agreement']}</dt><dd>{manifest.agreement:.0%}</dd></div>"
        return self._section(
            "data",
            f'<p class="note">{words["data_lead"]}</p><div class="tiles">{shown}</div>'
            f'<table class="counts"><thead>{heads}</thead><tbody>{rows}</tbody></table><dl class="facts">{told}</dl>',
        )

    def _counts(self, name: str, counts: Mapping[str, int]) -> str:
        listed = ", ".join(f"{self._words.get(each, escape(each))} {number:,}" for each, number in counts.items())
        return f"<div><dt>{self._words[name]}</dt><dd>{listed}</dd></div>"

    def _training(self) -> str:
        return self._section("training", "".join(map(self._trained, self._its.trainings)))

    def _trained(self, training: Training) -> str:
        report, words = training.report, self._words
        losses = report.get("losses") or []
        drawn = curve(losses, label=f"{words['loss']}: {training.method}", step=words["step"]) if losses else ""
        ends = f"{losses[0]:.3f} → {losses[-1]:.3f}" if losses else "–"
        hyper = " · ".join(f"{name} {value:g}" for name, value in report.get("hyper", {}).items())
        return (
            f'<article class="panel"><h3>{escape(training.method.upper())}</h3><p class="figures">'
            f"<span>{words['loss']} <b>{ends}</b></span>"
            f"<span><b>{report.get('tokens_per_s', 0):g}</b> {words['speed']}</span>"
            f"<span>{words['device']} <b>{escape(str(report.get('device', '')))}</b></span></p>{drawn}"
            f'<p class="fine">{escape(hyper)}</p></article>'
        )

    def _examination(self) -> str:
        card = self._its.run.card
        if not card:
            return ""
        if self._language == "zh":
            card = card_in_chinese(card)
        suites = card.get("suites", ())
        rows = "".join(map(self._suite, suites))
        samples = "".join(piece for suite in suites for piece in self._samples(suite))
        verdict = "passed" if card.get("passed") is True else "rejected"
        mark = f' <span class="state {verdict}">{self._words[verdict]}</span>'
        table = f'<table class="suites"><tbody>{rows}</tbody></table>'
        shown = f"<h3>{self._words['samples']}</h3>{samples}" if samples else ""
        return self._section("examination", table + shown, mark)

    def _suite(self, suite: Mapping[str, Any]) -> str:
        words, verdict = self._words, suite["verdict"]
        name, question = SUITES[self._language].get(suite["name"], (suite["name"], suite["question"]))
        drawn = figure = ""
        if suite.get("figure") is not None and suite.get("low") is not None and suite.get("high") is not None:
            limits = [each for each in (suite.get("limit") or {}).values() if each is not None]
            figure = f"<b>{suite['figure']:.2f}</b><small>{suite['low']:.2f} – {suite['high']:.2f}</small>"
            label = f"{suite['figure']:.2f} ({suite['low']:.2f} – {suite['high']:.2f})"
            drawn = interval(suite["low"], suite["figure"], suite["high"], limits=limits, label=label)
        count = f"<small>{words['of']} {suite['count']}</small>" if suite.get("count") else ""
        return (
            f'<tr class="{verdict}"><td class="mark" title="{words[verdict]}">{_MARKS[verdict]}</td>'
            f"<th>{escape(name)}<small>{escape(question)}</small></th>"
            f'<td class="drawn">{drawn}</td><td class="figure">{figure}{count}</td>'
            f'<td class="why">{escape(suite["words"])}</td></tr>'
        )

    def _samples(self, suite: Mapping[str, Any]) -> Iterator[str]:
        name, _ = SUITES[self._language].get(suite["name"], (suite["name"], ""))
        for sample in list(suite.get("samples") or ())[:3]:
            sides = "".join(
                f'<div class="{side}"><h4>{self._words[side]}</h4><p>{escape(sample[side]) or "–"}</p></div>'
                for side in ("champion", "candidate")
            )
            yield (
                f'<article class="sample">'
                f'<p class="asked"><small>{escape(name)}</small>{escape(sample["question"])}</p>'
                f'<div class="pair">{sides}</div><p class="fine">{escape(sample.get("words", ""))}</p></article>'
            )

    def _people(self) -> str:
        if not self._its.release:
            return ""
        steps = "".join(
            f"<li><b>{self._words[f'state_{change.after}']}</b><time>{change.at:%Y-%m-%d %H:%M}</time>"
            f"<span>{escape(change.why)}</span></li>"
            for change in reversed(self._its.changes)
        )
        return self._section(
            "rollout", f'{self._evidence()}<h3>{self._words["steps"]}</h3><ol class="steps">{steps}</ol>'
        )

    def _evidence(self) -> str:
        rollout, evidence, words = self._its.rollout, self._its.evidence, self._words
        if rollout is None or evidence is None:
            return ""
        won = ""
        if evidence.comparisons:
            rate = wilson(evidence.comparisons_won, evidence.comparisons)
            drawn = interval(rate.low, rate.figure, rate.high, limits=[0.5], label=f"{rate.figure:.2f}")
            won = (
                f"<div><b>{rate.figure:.0%}</b><span>{words['comparisons']} ({evidence.comparisons_won} {words['of']} "
                f"{evidence.comparisons})</span>{drawn}"
                f"<small>{words['interval']}: {rate.low:.0%} – {rate.high:.0%}</small></div>"
            )
        return (
            f'<div class="tiles"><div><b>{rollout.share:.0%}</b><span>{words["share"]}</span></div>'
            f"{won}<div><b>{evidence.wins:.3g}</b><span>{words['wins']}</span>"
            f"<small>{words['needed']} {self._its.wins_needed:.3g}</small></div>"
            f"<div><b>{evidence.harm:.3g}</b><span>{words['harm']}</span>"
            f"<small>{words['allowed']} {self._its.harm_allowed:.3g}</small></div></div>"
            f'<p class="note">{words["e_value"]}</p>'
        )

    def _section(self, name: str, content: str, beside: str = "") -> str:
        return f"<section><h2>{self._words[name]}{beside}</h2>{content}</section>" if content else ""


def _digest(digest: str | None, none: str) -> str:
    return f'<code title="{escape(digest)}">{escape(digest[:16])}…</code>' if digest else none
