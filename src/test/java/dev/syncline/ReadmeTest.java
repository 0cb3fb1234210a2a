package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the README true: its programs are parts of the consumers, which every build compiles and runs, and its links lead
 * somewhere. Defends no promise by itself.
 */
class ReadmeTest {

    private static final Path README = Path.of("README.md");

    /** A comment that names the compiled file, then the program. */
    private static final Pattern PROGRAM =
            Pattern.compile("(?:<!-- (\\S+) -->\\s*)?```(java|kotlin)\\n(.*?)```", Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

    @Test
    void every_program_in_the_readme_is_compiled_and_run_by_the_build() throws IOException {
        Matcher program = PROGRAM.matcher(Files.readString(README));
        int programs = 0;
        while (program.find()) {
            assertThat(program.group(1))
                    .as("the compiled file of the program that begins with: %s", firstLine(program.group(3)))
                    .startsWith("src/it/");
            assertThat(Files.readString(Path.of(program.group(1))))
                    .as("%s, which holds the README's program", program.group(1))
                    .contains(program.group(3));
            programs++;
        }
        assertThat(programs).isPositive();
    }

    @Test
    void every_link_leads_to_a_file() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path target = document.resolveSibling(link.group(1));
                if (!link.group(1).contains("://") && !Files.exists(target)) {
                    dead.add(document + " → " + link.group(1));
                }
            }
        }
        assertThat(dead).as("links to files that are not there").isEmpty();
    }

    @Test
    void every_document_says_its_version_date_and_state() throws IOException {
        for (Path document : documents()) {
            if (!document.startsWith(README) && !document.endsWith("CHANGELOG.md")) {
                assertThat(Files.readString(document))
                        .as(document.toString())
                        .containsPattern("(?i)version:? 0\\.1\\.0")
                        .containsPattern("20\\d\\d-\\d\\d-\\d\\d")
                        .containsPattern("(?i)state:? ");
            }
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files =
                Stream.concat(Stream.of(README, Path.of("CHANGELOG.md")), Files.walk(Path.of("docs")))) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
