from benchmarks.plan_days import measured


def test_a_due_plan_costs_much_less_than_a_transaction_of_its_own() -> None:
    """Ratios, measured in the same run: machines differ, the order of cost does not."""
    found = measured(600)
    assert found["plans"] == 600
    assert 0 < found["engine_us"] < found["posted_us"]
    assert found["to_engine"] < 40, "posting one by one cost more than a hundred times the engine"
    assert found["posted_cpu_us"] < 10 * found["engine_us"]
    assert found["again_us"] < found["engine_us"], "a day that was run costs nothing to run again"
