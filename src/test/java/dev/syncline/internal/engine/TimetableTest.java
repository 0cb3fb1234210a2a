package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.internal.engine.Timetable.Step;
import dev.syncline.internal.store.ScheduleRepository.Plan;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When planned runs come, whatever clocks do. Defends G9: no burst, and no end. */
class TimetableTest {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long PERIOD = 15 * MINUTE;
    private static final long DUE = Duration.ofDays(20_000).toMillis();

    private record Row(String what, long now, int failures, double draw, Step expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("early", DUE - 1, 0, 0.5, new Step.Wait(DUE)),
                new Row("on time", DUE, 0, 0.5, new Step.Run(DUE + PERIOD)),
                new Row("a little late keeps step", DUE + MINUTE, 0, 0.5, new Step.Run(DUE + PERIOD)),
                new Row(
                        "one period missed is spread",
                        DUE + PERIOD,
                        0,
                        0.5,
                        new Step.Postpone(DUE + PERIOD + 1 + MINUTE / 2)),
                new Row(
                        "a hundred periods missed are one run",
                        DUE + 100 * PERIOD,
                        0,
                        0,
                        new Step.Postpone(DUE + 100 * PERIOD + 1)),
                new Row("clock set back by an hour", DUE - 60 * MINUTE, 0, 0.5, new Step.Postpone(DUE - 45 * MINUTE)),
                new Row("clock set back by ten years", 0, 0, 0.5, new Step.Postpone(PERIOD)),
                new Row("clock set back by less than a period", DUE - 10 * MINUTE, 0, 0.5, new Step.Wait(DUE)),
                new Row("a plan that failed may be far", DUE - 4 * PERIOD, 2, 0.5, new Step.Wait(DUE)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_plan_is_due(Row row) {
        Plan plan = new Plan("p", "INCREMENTAL", PERIOD, false, DUE, row.failures());
        assertThat(Timetable.step(plan, row.now(), row.draw())).isEqualTo(row.expected());
    }

    @Test
    void a_single_run_is_due_at_once_and_stays_so() {
        Plan once = new Plan("ONCE", "INCREMENTAL", 0, false, DUE, 0);
        assertThat(Timetable.step(once, DUE, 0.5)).isInstanceOf(Step.Run.class);
        assertThat(Timetable.step(once, DUE + 1000 * MINUTE, 0.5)).isInstanceOf(Step.Run.class);
    }

    @Test
    void the_distance_doubles_with_each_failure_up_to_six_hours() {
        assertThat(Timetable.distance(PERIOD, 0)).isEqualTo(PERIOD);
        assertThat(Timetable.distance(PERIOD, 1)).isEqualTo(2 * PERIOD);
        assertThat(Timetable.distance(PERIOD, 3)).isEqualTo(8 * PERIOD);
        assertThat(Timetable.distance(PERIOD, 1000)).isEqualTo(360 * MINUTE);
        assertThat(Timetable.distance(Duration.ofDays(7).toMillis(), 1000))
                .as("never nearer than planned")
                .isEqualTo(Duration.ofDays(7).toMillis());
    }

    @Test
    void success_brings_a_plan_back_into_step() {
        Plan far = new Plan("p", "INCREMENTAL", PERIOD, false, DUE + 20 * PERIOD, 5);
        assertThat(Timetable.afterSuccess(far, DUE)).isEqualTo(DUE + PERIOD);
    }

    /** A month in which the clock jumps, the machine sleeps and runs fail, at random. */
    @Test
    void no_clock_leads_to_a_burst_or_to_an_end() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Plan plan = new Plan("p", "INCREMENTAL", PERIOD, false, DUE, 0);
            long now = DUE;
            long real = 0;
            long lastRun = -PERIOD;
            while (real < Duration.ofDays(3).toMillis()) {
                Step step = Timetable.step(plan, now, random.nextDouble());
                if (step instanceof Step.Run run) {
                    lastRun = real;
                    plan = new Plan("p", "INCREMENTAL", PERIOD, false, run.next(), 0);
                } else if (step instanceof Step.Postpone later) {
                    plan = new Plan("p", "INCREMENTAL", PERIOD, false, later.until(), 0);
                }
                assertThat(real - lastRun).as("seed " + seed).isLessThan(3 * PERIOD);
                real += MINUTE;
                now += MINUTE;
                if (random.nextInt(200) == 0) {
                    now += (random.nextLong(48) - 24) * 60 * MINUTE;
                    lastRun = real;
                }
            }
        }
    }
}
