from benchmarks.plan_days import measured


def test_every_plan_is_posted_once_and_both_costs_are_measured() -> None:
    found = measured(120)
    assert found["plans"] == 120
    assert 0 < found["engine_us"] < found["store_us"]
