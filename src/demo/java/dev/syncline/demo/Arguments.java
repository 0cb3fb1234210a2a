package dev.syncline.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the demo is asked to do.
 *
 * @param dir the folder of the three databases
 * @param seed what every draw begins with
 * @param accounts accounts of the generated bank
 * @param payments payments of the generated bank
 * @param data the folder of the {@code .asc} files, if those are to be used
 * @param sqlite the database to adopt, if one is to be used
 * @param keep whether a completed run is gone on with
 * @param help whether only this help is wanted
 */
record Arguments(
        Path dir,
        long seed,
        int accounts,
        int payments,
        @Nullable Path data,
        @Nullable Path sqlite,
        boolean keep,
        boolean help) {

    static final String HELP = """
            Syncline demo: a server, two devices, no network for a while, and three equal databases in the end.

              --accounts N   accounts of the generated bank (default 5000, at least 10)
              --payments N   its payments (default 20000, at least 100)
              --data DIR     use the bank in DIR/*.asc instead
              --sqlite FILE  use a copy of this SQLite database instead
              --seed N       what every draw begins with (default 42)
              --dir DIR      folder of the databases (default target/demo)
              --keep         go on with the files of a completed run instead of starting afresh
              --help         this text

            A run that was interrupted goes on where it was. Exit code: 0 if the three databases are equal and every
            conflict is accounted for, 1 if not, 2 if it was asked for something else than the above.""";

    static Arguments parse(String... args) throws UsageException {
        Arguments parsed = new Arguments(Path.of("target", "demo"), 42, 5000, 20_000, null, null, false, false);
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            if (name.equals("--help") || name.equals("--keep")) {
                parsed = parsed.with(name, "");
            } else if (i + 1 == args.length) {
                throw new UsageException(
                        name.startsWith("--") && HELP.contains(name + " ")
                                ? name + " needs a value; --help shows them all"
                                : unknown(name));
            } else {
                parsed = parsed.with(name, args[++i]);
            }
        }
        return parsed.checked();
    }

    /** What tells one run from another: an interrupted run is gone on with only if all of this is the same. */
    Map<String, String> identity() {
        Map<String, String> identity = new TreeMap<>();
        identity.put("seed", Long.toString(seed));
        if (data != null) {
            identity.put("data", data.toAbsolutePath().normalize().toString());
        } else if (sqlite != null) {
            identity.put("sqlite", sqlite.toAbsolutePath().normalize().toString());
        } else {
            identity.put("accounts", Integer.toString(accounts));
            identity.put("payments", Integer.toString(payments));
        }
        return identity;
    }

    private Arguments with(String name, String value) throws UsageException {
        return switch (name) {
            case "--dir" -> new Arguments(Path.of(value), seed, accounts, payments, data, sqlite, keep, help);
            case "--seed" -> new Arguments(dir, number(name, value), accounts, payments, data, sqlite, keep, help);
            case "--accounts" -> new Arguments(dir, seed, count(name, value, 10), payments, data, sqlite, keep, help);
            case "--payments" -> new Arguments(dir, seed, accounts, count(name, value, 100), data, sqlite, keep, help);
            case "--data" -> new Arguments(dir, seed, accounts, payments, Path.of(value), sqlite, keep, help);
            case "--sqlite" -> new Arguments(dir, seed, accounts, payments, data, Path.of(value), keep, help);
            case "--keep" -> new Arguments(dir, seed, accounts, payments, data, sqlite, true, help);
            case "--help" -> new Arguments(dir, seed, accounts, payments, data, sqlite, keep, true);
            default -> throw new UsageException(unknown(name));
        };
    }

    private Arguments checked() throws UsageException {
        if (data != null && sqlite != null) {
            throw new UsageException("--data and --sqlite exclude each other; give one of them");
        }
        if (data != null && !Files.isRegularFile(data.resolve("account.asc"))) {
            throw new UsageException(
                    "--data " + data + ": there is no account.asc in it; give the folder of the files");
        }
        if (sqlite != null && !Files.isRegularFile(sqlite)) {
            throw new UsageException("--sqlite " + sqlite + ": there is no such file");
        }
        if (Files.exists(dir) && !Files.isDirectory(dir)) {
            throw new UsageException("--dir " + dir + " is a file; give a folder, which is made if it is not there");
        }
        return this;
    }

    private static int count(String name, String value, int least) throws UsageException {
        long count = number(name, value);
        if (count < least || count > 10_000_000) {
            throw new UsageException(name + " " + value + ": give a number from " + least + " to 10000000");
        }
        return (int) count;
    }

    private static long number(String name, String value) throws UsageException {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new UsageException(name + " " + value + ": give a whole number");
        }
    }

    private static String unknown(String name) {
        return name + " is not known; --help shows what is";
    }
}
