package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two versions of a text are joined line by line where they do not touch each other. Defends G5 and G6. */
class LineMergeTest {

    private static Optional<String> merge(String base, String local, String remote) {
        return new LineMerge(text(base)).merge(text(local), text(remote));
    }

    private static String text(String lines) {
        return lines.replace('/', '\n');
    }

    @ParameterizedTest(name = "{0}: {1} and {2} make {3}")
    @CsvSource(
            nullValues = "-",
            emptyValue = "",
            value = {
                "a/b/c/d/e, A/b/c/d/e, a/b/c/d/E, A/b/c/d/E",
                "a/b/c/d/e, a/b/x/c/d/e, a/b/c/d/e/y, a/b/x/c/d/e/y",
                "a/b/c/d/e, b/c/d/e, a/b/c, b/c",
                "a/b/c, a/x/c, a/x/c, a/x/c",
                "a/b/c, a/x/c, a/y/c, -",
                "a/b/c, a/x/b/c, a/y/b/c, -",
                "a/b/c, A/b/c, a/B/c, -",
                "a/b/c, a/c, a/B/c, -",
                "a/b/c/, A/b/c/, a/b/c/d/, A/b/c/d/",
                "a, a, b, b",
                "'', x, '', x",
                "'', x, y, -"
            })
    void changes_that_do_not_touch_are_joined(String base, String local, String remote, @Nullable String merged) {
        Optional<String> expected = Optional.ofNullable(merged).map(LineMergeTest::text);
        assertThat(merge(base, local, remote)).isEqualTo(expected);
        assertThat(merge(base, remote, local)).isEqualTo(expected);
    }

    @Test
    void random_texts_lose_no_line_and_gain_none() {
        SplittableRandom random = new SplittableRandom(3);
        int joined = 0;
        for (int i = 0; i < 20_000; i++) {
            List<String> base = new ArrayList<>();
            for (int line = 0; line < 8; line++) {
                base.add("l" + line);
            }
            List<String> local = edited(random, base, "h" + i);
            List<String> remote = edited(random, base, "t" + i);
            String from = String.join("\n", base);
            Optional<String> one = new LineMerge(from).merge(String.join("\n", local), String.join("\n", remote));
            assertThat(new LineMerge(from).merge(String.join("\n", remote), String.join("\n", local)))
                    .isEqualTo(one);
            if (one.isPresent()) {
                joined++;
                List<String> lines = List.of(one.get().split("\n", -1));
                // What both did alike is done once.
                int size = local.equals(remote) ? local.size() : local.size() + remote.size() - base.size();
                assertThat(lines).hasSize(size);
                assertThat(lines.contains("h" + i)).isEqualTo(local.contains("h" + i));
                assertThat(lines.contains("t" + i)).isEqualTo(remote.contains("t" + i));
            }
        }
        assertThat(joined).isGreaterThan(1000);
    }

    /** One line changed, added or taken out. */
    private static List<String> edited(SplittableRandom random, List<String> base, String line) {
        List<String> edited = new ArrayList<>(base);
        int at = random.nextInt(base.size());
        switch (random.nextInt(3)) {
            case 0 -> edited.set(at, line);
            case 1 -> edited.add(at, line);
            default -> edited.remove(at);
        }
        return edited;
    }

    @Test
    void a_text_too_long_to_be_compared_in_time_is_left_to_the_strategy() {
        String base = "x\n".repeat(2001);
        assertThat(new LineMerge(base).merge("a\n" + base, base + "b")).isEmpty();
    }
}
