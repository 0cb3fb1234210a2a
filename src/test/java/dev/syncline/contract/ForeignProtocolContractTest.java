package dev.syncline.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteBackend;
import io.reactivex.rxjava3.core.Flowable;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/**
 * The adapter for a protocol that is not JSON, as the documentation has it, compiled from there and held to the contract. Defends what
 * {@link RemoteBackendContract} says.
 */
class ForeignProtocolContractTest extends RemoteBackendContract {

    private static final Pattern EXAMPLE =
            Pattern.compile("```java\\n(import dev\\.syncline\\.backend.*?BencodeBackend.*?)```", Pattern.DOTALL);
    private static final int MOST_LINES = 150;

    @TempDir
    private static Path folder;

    private static String source = "";
    private static Class<?> adapter = Object.class;
    private static @Nullable URLClassLoader classes;

    private BencodeServer server;

    @BeforeAll
    static void compile() throws IOException, ClassNotFoundException {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("docs", "BACKENDS.md")));
        assertThat(example.find()).isTrue();
        source = example.group(1);
        Path file = Files.writeString(folder.resolve("BencodeBackend.java"), source);
        int faults = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classpath(), "-d", folder.toString(), file.toString());
        assertThat(faults).isZero();
        classes = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, ForeignProtocolContractTest.class.getClassLoader());
        adapter = classes.loadClass("BencodeBackend");
    }

    /** What the adapter sees of the library and of what that shows in its signatures. */
    private static String classpath() {
        return Stream.of(
                        RemoteBackend.class,
                        Flowable.class,
                        Flowable.class.getInterfaces()[0],
                        NullMarked.class,
                        Logger.class)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    @AfterAll
    static void unload() throws IOException {
        if (classes != null) {
            classes.close();
        }
    }

    @BeforeEach
    void start() {
        server = new BencodeServer(new BencodeServer.Coding() {
            @Override
            public void write(ByteArrayOutputStream out, @Nullable Object value) {
                call("write", new Class<?>[] {ByteArrayOutputStream.class, Object.class}, out, value);
            }

            @Override
            public @Nullable Object read(DataInputStream in) {
                return call("read", new Class<?>[] {DataInputStream.class, int.class}, in, 0);
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static @Nullable Object call(String method, Class<?>[] types, @Nullable Object... arguments) {
        try {
            return adapter.getMethod(method, types).invoke(null, arguments);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected RemoteBackend backend() {
        try {
            return (RemoteBackend) adapter.getConstructor(String.class, int.class, Clock.class)
                    .newInstance("127.0.0.1", server.port(), Clock.systemUTC());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void the_adapter_fits_on_a_page_or_two() {
        assertThat(source.lines().count()).isLessThanOrEqualTo(MOST_LINES);
    }
}
