package dev.syncline.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms that RFC 8288 allows for a link, and what is none. Defends G13 (a hostile backend stays harmless). */
class LinkHeaderTest {

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of("plain", List.of("<https://a/2>; rel=\"next\""), "https://a/2"),
                Arguments.of("unquoted", List.of("</2>;rel=next"), "/2"),
                Arguments.of("blanks and case", List.of("  < /2 > ; REL = \"Next\" "), "/2"),
                Arguments.of("second of a list", List.of("</1>; rel=\"first\", </2>; rel=\"next\""), "/2"),
                Arguments.of("second header", List.of("</1>; rel=\"first\"", "</2>; rel=\"next\""), "/2"),
                Arguments.of("several relations", List.of("</2>; rel=\"last next\""), "/2"),
                Arguments.of("other parameters before", List.of("</2>; title=\"a, b; rel=c\"; rel=\"next\""), "/2"),
                Arguments.of("comma in the target", List.of("</2?a=1,2>; rel=\"next\""), "/2?a=1,2"),
                Arguments.of("escaped quote", List.of("</2>; title=\"\\\"\"; rel=\"next\""), "/2"),
                Arguments.of("first rel counts", List.of("</2>; rel=\"prev\"; rel=\"next\""), null),
                Arguments.of("part of a word", List.of("</2>; rel=\"nextpage\""), null),
                Arguments.of("no relation", List.of("</2>"), null),
                Arguments.of("none", List.of(), null),
                Arguments.of("empty", List.of(""), null),
                Arguments.of("no target", List.of("/2; rel=\"next\""), null),
                Arguments.of("unclosed quote", List.of("</2>; rel=\"next"), null),
                Arguments.of("broken before", List.of("nonsense, </2>; rel=\"next\""), null),
                Arguments.of("long and hostile", List.of("<a>;".repeat(20_000) + "\""), null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void gives_the_target_of_next(String name, List<String> values, @Nullable String target) {
        assertThat(LinkHeader.target(values, "next")).isEqualTo(target);
    }
}
