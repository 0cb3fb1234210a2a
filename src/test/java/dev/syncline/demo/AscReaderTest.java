package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defends no promise of the library: what the demo compares must be what the files hold. */
class AscReaderTest {

    @TempDir
    Path dir;

    @Test
    void reads_bare_and_quoted_fields_by_the_names_in_the_head() throws IOException {
        List<Map<String, @Nullable String>> rows =
                read("\"id\";name;\"rate\"\r\n1;\"north; east\";100.0\r\n2;\"a \"\"b\"\"\";0.29\r\n");

        assertThat(rows)
                .containsExactly(
                        Map.of("id", "1", "name", "north; east", "rate", "100.0"),
                        Map.of("id", "2", "name", "a \"b\"", "rate", "0.29"));
    }

    @Test
    void takes_a_bare_question_mark_or_nothing_as_unknown_and_keeps_quoted_ones() throws IOException {
        Map<String, @Nullable String> row = read("a;b;c;d\n?;;\"?\";\"\"\n").get(0);

        assertThat(row).containsEntry("a", null).containsEntry("b", null);
        assertThat(row).containsEntry("c", "?").containsEntry("d", "");
    }

    @Test
    void reads_a_last_line_without_an_end_and_passes_over_blank_ones() throws IOException {
        assertThat(read("a;b\n1;2\n\n3;4")).hasSize(2);
    }

    @Test
    void reads_utf_8_and_else_the_central_european_code_page() throws IOException {
        assertThat(read("a\n\"Žďár\"\n")).containsExactly(Map.of("a", "Žďár"));
        Path file = dir.resolve("old.asc");
        Files.write(file, "a\n\"Žďár\"\n".getBytes(Charset.forName("windows-1250")));
        assertThat(AscReader.read(file)).containsExactly(Map.of("a", "Žďár"));
    }

    @Test
    void names_file_and_line_of_what_it_cannot_read_and_no_value() {
        assertThatThrownBy(() -> read("a;b\n1;2\n1;2;secret\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3")
                .hasMessageContaining("3 fields")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> read("a\n\"open\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not closed");
        assertThatThrownBy(() -> read("a\n\"b\"c\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> read("")).isInstanceOf(IOException.class).hasMessageContaining("empty");
    }

    private List<Map<String, @Nullable String>> read(String text) throws IOException {
        Path file = dir.resolve("some.asc");
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        return AscReader.read(file);
    }
}
