"""The model: the comparisons as Splink's settings. One object for a run, the same for every engine."""

from typing import Any

from splink import SettingsCreator

from yichuang.supervision.domain.linkage.comparisons import BLOCKING, COMPARED, WITHIN, Weights


def make_settings(weights: Weights, *, prior: float) -> SettingsCreator:
    """Return the settings for a run, the same for every engine; `prior` is the chance that any two are one matter."""
    comparisons: list[Any] = []
    for one in COMPARED:
        levels: list[dict[str, Any]] = [
            {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
        ]
        for level in one.levels:
            m, u = weights[one.key][level.key]
            told: dict[str, Any] = {
                "sql_condition": level.condition,
                "label_for_charts": level.key,
                "m_probability": m,
                "u_probability": u,
            }
            if level.common:
                told |= {"tf_adjustment_column": level.common, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": 1e-5}
            levels.append(told)
        comparisons.append({"output_column_name": one.key, "comparison_levels": levels})
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        probability_two_random_records_match=prior,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[{"blocking_rule": f"{rule} AND {WITHIN}"} for rule in BLOCKING],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
