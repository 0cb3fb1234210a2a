package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defends G10 in the demo's own house: a run goes on with its own files, and no other file is ever touched. */
class DemoFolderTest {

    private final Screen screen =
            new Screen(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);

    @TempDir
    Path dir;

    @Test
    void goes_on_with_an_interrupted_run_and_remembers_what_was_done() throws Exception {
        try (DemoFolder first = open()) {
            assertThat(first.resumed()).isFalse();
            first.done("filled");
            first.note("port", "4711");
            Files.writeString(first.file("device-a.db"), "a");
        }
        try (DemoFolder second = open()) {
            assertThat(second.resumed()).isTrue();
            assertThat(second.isDone("filled")).isTrue();
            assertThat(second.isDone("joined")).isFalse();
            assertThat(second.noted("port")).isEqualTo("4711");
            assertThat(second.file("device-a.db")).exists();
        }
    }

    @Test
    void starts_afresh_after_a_completed_run() throws Exception {
        try (DemoFolder first = open()) {
            Files.writeString(first.file("device-a.db-wal"), "a");
            first.done("completed");
        }
        try (DemoFolder second = open()) {
            assertThat(second.resumed()).isFalse();
            assertThat(second.isDone("completed")).isFalse();
            assertThat(second.file("device-a.db-wal")).doesNotExist();
        }
    }

    @Test
    void goes_on_after_a_completed_run_if_told_to_keep_it() throws Exception {
        try (DemoFolder first = open()) {
            first.done("completed");
        }
        try (DemoFolder second = open("--keep")) {
            assertThat(second.resumed()).isTrue();
        }
    }

    @Test
    void starts_afresh_for_other_arguments() throws Exception {
        try (DemoFolder first = open()) {
            first.done("filled");
        }
        try (DemoFolder second = open("--seed", "7")) {
            assertThat(second.resumed()).isFalse();
            assertThat(second.isDone("filled")).isFalse();
        }
    }

    @Test
    void refuses_a_folder_whose_databases_are_not_its_own() throws IOException {
        Files.writeString(dir.resolve("server.db"), "precious");

        assertThatThrownBy(this::open).isInstanceOf(UsageException.class).hasMessageContaining("--dir");
        assertThat(dir.resolve("server.db")).hasContent("precious");
    }

    @Test
    void refuses_what_it_does_not_know_with_a_word_on_what_it_knows() {
        assertThatThrownBy(() -> Arguments.parse("--fast"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--fast is not known");
        assertThatThrownBy(() -> Arguments.parse("--seed")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> Arguments.parse("--accounts", "many")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> Arguments.parse("--payments", "3")).hasMessageContaining("from 100");
        assertThatThrownBy(
                        () -> Arguments.parse("--sqlite", dir.resolve("none.db").toString()))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> Arguments.parse("--data", dir.toString())).hasMessageContaining("account.asc");
    }

    private DemoFolder open(String... more) throws IOException, UsageException {
        String[] args = new String[more.length + 2];
        args[0] = "--dir";
        args[1] = dir.toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return DemoFolder.open(Arguments.parse(args), screen);
    }
}
