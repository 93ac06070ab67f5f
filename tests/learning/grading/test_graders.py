"""What graders say of answers: pure calculation, with the odd ones among answers and items."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from homespun.learning.grading import Grader, Metric, Multi, Operation, StringCheck, TextSimilarity

SAID, ANSWER = "{{ sample.output_text }}", "{{ item.answer }}"


def check(operation: str, text: str = SAID, reference: str = ANSWER) -> StringCheck:
    return StringCheck("check", text, reference, Operation(operation))


def alike(metric: str) -> TextSimilarity:
    return TextSimilarity("alike", SAID, ANSWER, Metric(metric))


@pytest.mark.parametrize(("operation", "said", "score"), [
    ("eq", "Paris", 1.0),
    ("eq", "paris", 0.0),
    ("eq", "Paris ", 0.0),
    ("eq", "", 0.0),
    ("ne", "London", 1.0),
    ("ne", "Paris", 0.0),
    ("ne", "", 1.0),
    ("like", "It is Paris.", 1.0),
    ("like", "It is PARIS.", 0.0),
    ("like", "", 0.0),
    ("ilike", "It is PARIS.", 1.0),
    ("ilike", "It is Rome.", 0.0),
])  # fmt: skip
def test_texts_are_compared_as_the_operation_says(operation: str, said: str, score: float) -> None:
    assert check(operation).score(said, {"answer": "Paris"}) == score


def test_case_is_that_of_all_languages() -> None:
    assert check("ilike").score("Die STRASSE", {"answer": "straße"}) == 1.0
    assert check("ilike").score("МОСКВА!", {"answer": "Москва"}) == 1.0
    assert check("eq").score("北京", {"answer": "北京"}) == 1.0


def test_every_answer_has_nothing_in_it() -> None:
    """Contained is the empty text in all others, as in every language."""
    assert check("like").score("", {"answer": ""}) == 1.0


def test_places_are_filled_wherever_they_stand() -> None:
    grader = check("eq", "<{{sample.output_text}}>", "<{{item.a}}{{ item.b.c }}>")
    assert grader.score("x1", {"a": "x", "b": {"c": 1}}) == 1.0
    assert grader.paths == {("a",), ("b", "c")}


def test_what_is_no_text_is_compared_as_json() -> None:
    assert check("eq").score("42", {"answer": 42}) == 1.0
    assert check("eq").score("true", {"answer": True}) == 1.0
    assert check("eq").score('["a",{"b":null}]', {"answer": ["a", {"b": None}]}) == 1.0


def test_an_answer_that_looks_like_a_place_is_none() -> None:
    assert check("eq").score("{{ item.answer }}", {"answer": "secret"}) == 0.0


def test_braces_without_a_pair_are_text() -> None:
    assert check("eq", reference='{"a": {"b": 1}}').score('{"a": {"b": 1}}', {}) == 1.0


@pytest.mark.parametrize("item", [{}, {"answer": None}, {"Answer": "x"}])
def test_what_an_item_lacks_is_named(item: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="answer"):
        check("eq").score("x", item)


@pytest.mark.parametrize("path", ["a.b", "a.b.c"])
def test_nothing_lies_within_a_text(path: str) -> None:
    with pytest.raises(KeyError, match=path):
        check("eq", reference=f"{{{{ item.{path} }}}}").score("x", {"a": "text"})


@pytest.mark.parametrize(
    "place", ["item", "item.", "item.a b", "item.a[0]", "sample.output_json", "sample.choices", "", "x"]
)
def test_a_place_that_nothing_fills_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="is nothing here"):
        check("eq", reference=f"a {{{{ {place} }}}}")


@pytest.mark.parametrize(("metric", "said", "score"), [
    ("fuzzy_match", "sitting", 8 / 13),
    ("fuzzy_match", "kitten", 1.0),
    ("fuzzy_match", "", 0.0),
    ("rouge_1", "Kitten, kitten!", 2 / 3),
    ("rouge_2", "kitten", 0.0),
    ("rouge_l", "a kitten", 2 / 3),
    ("bleu", "kitten", 1.0),
    ("bleu", "", 0.0),
    ("gleu", "kitten", 1.0),
    ("gleu", "", 0.0),
])  # fmt: skip
def test_texts_are_as_alike_as_the_measure_says(metric: str, said: str, score: float) -> None:
    assert alike(metric).score(said, {"answer": "kitten"}) == pytest.approx(score)


@pytest.mark.parametrize(("metric", "score"), [
    ("fuzzy_match", 0.9047619047619048),
    ("bleu", 0.5372849659117709),
    ("gleu", 0.6111111111111112),
    ("rouge_1", 0.8333333333333334),
    ("rouge_2", 0.6),
    ("rouge_3", 0.5),
    ("rouge_4", 0.3333333333333333),
    ("rouge_5", 0.0),
    ("rouge_l", 0.8333333333333334),
])  # fmt: skip
def test_measures_are_those_of_the_fields_libraries(metric: str, score: float) -> None:
    """As sacrebleu, NLTK, rouge-score and rapidfuzz have them."""
    grader = alike(metric)
    assert grader.score("the cat sat on the mat", {"answer": "the cat sat on a mat"}) == pytest.approx(score)


def test_runs_that_are_missing_are_smoothed() -> None:
    """As sacrebleu's sentence score of effective order."""
    assert alike("bleu").score("the dog sat", {"answer": "the cat sat on a mat"}) == pytest.approx(0.1275366790690153)


@pytest.mark.parametrize("metric", list(Metric))
def test_two_empty_texts_have_a_score_too(metric: Metric) -> None:
    assert alike(metric).score("", {"answer": ""}) == (1.0 if metric is Metric.FUZZY_MATCH else 0.0)


@pytest.mark.parametrize("metric", ["fuzzy_match", "bleu", "gleu", "rouge_1", "rouge_2", "rouge_l"])
def test_each_character_of_chinese_is_a_word(metric: str) -> None:
    grader = alike(metric)
    assert grader.score("我住在北京", {"answer": "我住在北京"}) == pytest.approx(1.0)
    assert 0 < grader.score("我住在上海", {"answer": "我住在北京"}) < 1


def test_a_long_reference_is_no_trouble() -> None:
    assert 0 < alike("fuzzy_match").score("ab" * 300, {"answer": "abc" * 50_000}) < 1


def multi(formula: str, **graders: StringCheck | TextSimilarity) -> Multi:
    return Multi("multi", graders or {"exact": check("eq"), "near": check("ilike")}, formula)


@pytest.mark.parametrize(("formula", "score"), [
    ("exact", 0.0),
    ("near", 1.0),
    ("0.25 * exact + 0.5 * near", 0.5),
    ("(exact + near) / 2", 0.5),
    ("-near + 3", 2.0),
    ("2 ^ 3 * near", 8.0),
    ("max(exact, near, 0.5)", 1.0),
    ("min(exact, near)", 0.0),
    ("abs(exact - near) + floor(0.9) + ceil(0.1) + sqrt(4) + exp(exact) + log(near)", 5.0),
])  # fmt: skip
def test_a_formula_makes_one_score_of_several(formula: str, score: float) -> None:
    assert multi(formula).score("PARIS", {"answer": "Paris"}) == pytest.approx(score)


@pytest.mark.parametrize(
    "formula",
    ["near / exact", "log(exact)", "sqrt(-near)", "(-near) ^ 0.5", "exp(1000)", "9^9^9", "1e99*1e99*1e99*1e99"],
)
def test_what_comes_to_no_number_scores_nothing(formula: str) -> None:
    assert multi(formula).score("PARIS", {"answer": "Paris"}) == 0.0


@pytest.mark.parametrize(("formula", "words"), [
    ("", "can't be read"),
    ("exact +", "can't be read"),
    ("other", "no grader 'other'"),
    ("exact if near else 0", "nothing else"),
    ("__import__('os')", "nothing else"),
    ("exact.__class__", "nothing else"),
    ("(lambda: 1)()", "nothing else"),
    ("'text'", "nothing else"),
    ("True", "nothing else"),
    ("1e999", "nothing else"),
    ("max(exact)", "nothing else"),
    ("sqrt(exact, near)", "nothing else"),
    ("exact // near", "nothing else"),
    ("[exact]", "nothing else"),
    ("exact\nnear", "can't be read"),
    ("\0", "can't be read"),
    ("-" * 900 + "exact", "nested|can't be read"),
    ("(" * 900, "can't be read"),
    ("exact" + " + exact" * 60, "nested"),
    ("exact + " * 200 + "exact", "longer than 1000"),
])  # fmt: skip
def test_what_is_no_formula_is_refused(formula: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        multi(formula)


def test_graders_are_the_same_in_json_as_openais() -> None:
    given = {
        "type": "multi",
        "name": "both",
        "graders": {
            "exact": {"type": "string_check", "name": "e", "input": SAID, "reference": ANSWER, "operation": "eq"},
            "alike": {
                "type": "text_similarity",
                "name": "a",
                "input": SAID,
                "reference": "{{ item.other }}",
                "evaluation_metric": "rouge_l",
            },
        },
        "calculate_output": "0.5 * exact + 0.5 * alike",
    }
    grader = msgspec.convert(given, Grader)
    assert isinstance(grader, Multi)
    assert msgspec.to_builtins(grader) == given
    assert grader.paths == {("answer",), ("other",)}
