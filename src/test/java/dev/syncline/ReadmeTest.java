package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the documents true: the README's programs are parts of the consumers, which every build compiles and runs; links lead
 * somewhere; what the reference of the API names is there. Defends no promise by itself.
 */
class ReadmeTest {

    private static final Path README = Path.of("README.md");

    /** A comment that names the compiled file, then the program. */
    private static final Pattern PROGRAM =
            Pattern.compile("(?:<!-- (\\S+) -->\\s*)?```(java|kotlin)\\n(.*?)```", Pattern.DOTALL);

    /** A method as the reference of the API names it. */
    private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w*)\\.([a-z]\\w*)\\(");

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

    @Test
    void every_method_that_the_reference_names_can_be_called() throws IOException {
        List<String> surface =
                List.of(Files.readString(Path.of("src/test/resources/api.txt")).split("\n\n"));
        List<String> unknown = new ArrayList<>();
        Matcher named = METHOD.matcher(Files.readString(Path.of("docs/API_REFERENCE.md")));
        while (named.find()) {
            Pattern type = Pattern.compile("(class|interface|record|enum) [a-z.]+\\." + named.group(1) + "\\b(?!\\$)");
            if (surface.stream()
                    .noneMatch(block ->
                            type.matcher(firstLine(block)).find() && block.contains(" " + named.group(2) + "("))) {
                unknown.add(named.group());
            }
        }
        assertThat(unknown).as("methods that are not in the public API").isEmpty();
    }

    @Test
    void the_reference_tells_of_every_option() throws IOException {
        String reference = Files.readString(Path.of("docs/API_REFERENCE.md"));
        assertThat(SyncOptions.class.getRecordComponents())
                .extracting(RecordComponent::getName)
                .allSatisfy(option -> assertThat(reference).contains("`" + option + "`"));
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
