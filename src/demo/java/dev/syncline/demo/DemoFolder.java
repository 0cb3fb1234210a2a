package dev.syncline.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of one run: three databases and a small file that says which run they belong to and which of its steps are
 * done. The file is replaced whole and before the first database is made, so databases without it are not the demo's.
 */
final class DemoFolder implements AutoCloseable {

    private static final String STATE = "demo.state";
    private static final String RUN = "run.";
    private static final String STEP = "step.";
    private static final List<String> OURS = List.of("device-a.db", "device-b.db", "server.db", "syncline.log");

    private final Path dir;
    private final FileChannel lockFile;
    private final Properties state = new Properties();
    private boolean resumed;

    private DemoFolder(Path dir, FileChannel lockFile) {
        this.dir = dir;
        this.lockFile = lockFile;
    }

    /** Takes the folder: goes on with what is in it if that is the same run and not completed, else starts afresh. */
    static DemoFolder open(Arguments arguments, Screen screen) throws IOException, UsageException {
        Path dir = arguments.dir();
        Files.createDirectories(dir);
        FileChannel lockFile =
                FileChannel.open(dir.resolve("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(lockFile, dir, screen);
            DemoFolder folder = new DemoFolder(dir, lockFile);
            folder.begin(arguments);
            return folder;
        } catch (IOException | UsageException e) {
            lockFile.close();
            throw e;
        }
    }

    /** A run whose console was killed may live on for a moment; two at once would only disturb each other. */
    private static void lock(FileChannel lockFile, Path dir, Screen screen) throws IOException {
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
            screen.line("Another demo is at work in " + dir + "; waiting for its end.");
            lockFile.lock();
        }
    }

    private void begin(Arguments arguments) throws IOException, UsageException {
        Path file = dir.resolve(STATE);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                state.load(reader);
            }
            boolean same = run().equals(arguments.identity());
            resumed = same && (!isDone("completed") || arguments.keep());
        } else {
            for (String name : OURS) {
                if (Files.exists(dir.resolve(name))) {
                    throw new UsageException(dir + " holds a " + name
                            + " that is not the demo's; nothing was touched, give another --dir");
                }
            }
        }
        if (!resumed) {
            clear();
            state.clear();
            arguments.identity().forEach((name, value) -> state.setProperty(RUN + name, value));
            save();
        }
    }

    /** Whether the files of an earlier run are gone on with. */
    boolean resumed() {
        return resumed;
    }

    Path file(String name) {
        return dir.resolve(name);
    }

    boolean isDone(String step) {
        return state.containsKey(STEP + step);
    }

    void done(String step) throws IOException {
        note(STEP + step, "done");
    }

    /** A value that must be the same when the run goes on; empty if it was never noted. */
    String noted(String name) {
        return state.getProperty(name, "");
    }

    void note(String name, String value) throws IOException {
        if (!value.equals(state.setProperty(name, value))) {
            save();
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private Map<String, String> run() {
        Map<String, String> run = new TreeMap<>();
        for (String name : state.stringPropertyNames()) {
            if (name.startsWith(RUN)) {
                run.put(name.substring(RUN.length()), state.getProperty(name));
            }
        }
        return run;
    }

    private void clear() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(dir)) {
            files = all.filter(file -> OURS.stream()
                            .anyMatch(name -> file.getFileName().toString().startsWith(name)))
                    .toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private void save() throws IOException {
        Path fresh = dir.resolve(STATE + ".new");
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            state.store(writer, null);
        }
        Files.move(fresh, dir.resolve(STATE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
