package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many rows the backend may take within a day. Defends G13. */
class DeletionLimitTest {

    @ParameterizedTest(name = "{0} wait, {1} went, {2} are there: {3}")
    @CsvSource({
        "1,      0,   1,      true",
        "50,     0,   50,     true",
        "51,     0,   51,     false",
        "1,      50,  1,      false",
        "10,     40,  10,     true",
        "51,     0,   170,    true",
        "52,     0,   170,    false",
        "300,    0,   1000,   true",
        "301,    0,   1000,   false",
        "1,      300, 700,    false",
        "200,    100, 900,    true",
        "201,    100, 900,    false",
        "300001, 0,   1000000, false"
    })
    void more_than_the_share_and_more_than_the_rows_are_too_many(
            long waiting, long recent, long present, boolean admitted) {
        assertThat(new DeletionLimit(50, 0.3, Set.of()).admits(waiting, recent, present))
                .isEqualTo(admitted);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0, 1, false", "0, 1.0, 1000, true", "1000, 0.0, 1000, true", "999, 0.0, 1000, false"})
    void the_host_says_what_too_many_are(int rows, double share, long waiting, boolean admitted) {
        assertThat(new DeletionLimit(rows, share, Set.of()).admits(waiting, 0, 1000))
                .isEqualTo(admitted);
    }
}
