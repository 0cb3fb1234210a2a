package dev.syncline.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The rows that are moved: finance transactions of about 359 bytes of JSON with a random UUID as key, each a function of its
 * number, so that every process makes the same ones. A row is the texts of its columns in the order of {@link #COLUMNS}.
 */
final class Transactions {

    static final String TABLE = "transaction_";
    static final String ENTITY = "transactions";
    static final List<String> COLUMNS = List.of(
            "id",
            "account_id",
            "category",
            "description",
            "amount",
            "currency",
            "booked_at",
            "payee",
            "iban",
            "ref",
            "status");
    static final JsonFactory JSON = new JsonFactory();

    private static final int DESCRIPTION = COLUMNS.indexOf("description");
    private static final int AMOUNT = COLUMNS.indexOf("amount");
    private static final int ACCOUNTS = 50;
    private static final List<String> CATEGORIES = List.of("groceries", "salary", "housing", "transport", "leisure");
    private static final List<String> PARTIES = List.of("Corner Bakery", "City Energy", "Riverside Rent", "Blue Rail");

    private Transactions() {}

    /** The row of a number. */
    static String[] row(int number) {
        SplittableRandom random = new SplittableRandom(number);
        return new String[] {
            uuid(random),
            uuid(new SplittableRandom(-1 - random.nextInt(ACCOUNTS))),
            CATEGORIES.get(random.nextInt(CATEGORIES.size())),
            "Payment " + number,
            decimal(random.nextInt(1, 1_000_000)),
            "EUR",
            String.format(
                    Locale.ROOT,
                    "2026-%02d-%02dT%02d:%02d:00Z",
                    random.nextInt(1, 11),
                    random.nextInt(1, 29),
                    random.nextInt(24),
                    random.nextInt(60)),
            PARTIES.get(random.nextInt(PARTIES.size())),
            "DE" + (10 + random.nextInt(90)) + (100_000_000_000_000_000L + random.nextLong(900_000_000_000_000_000L)),
            "RF" + random.nextInt(1000, 10_000),
            "booked"
        };
    }

    /** The same row after somebody changed its amount and its description. */
    static String[] edited(int number, String by) {
        String[] row = row(number);
        row[DESCRIPTION] = "Corrected by the " + by;
        row[AMOUNT] = decimal(number + by.charAt(0));
        return row;
    }

    /** A number that differs for rows with other content; the sum over a table does not depend on its order. */
    static long print(String[] row) {
        long print = 1;
        for (String value : row) {
            print = 31 * print + value.hashCode();
        }
        return print;
    }

    /** Writes the row as the server tells it. */
    static void write(JsonGenerator json, String[] row, int version) throws IOException {
        json.writeStartObject();
        json.writeStringField(COLUMNS.get(0), row[0]);
        json.writeNumberField("version", version);
        json.writeStringField("updated_at", BenchServer.STAMP);
        writeFields(json, row);
        json.writeEndObject();
    }

    /** Writes all columns but the key into an open object. */
    static void writeFields(JsonGenerator json, String[] row) throws IOException {
        for (int i = 1; i < row.length; i++) {
            json.writeStringField(COLUMNS.get(i), row[i]);
        }
    }

    private static String decimal(int cents) {
        return String.format(Locale.ROOT, "-%d.%02d", cents / 100, cents % 100);
    }

    private static String uuid(SplittableRandom random) {
        long high = random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x4000L;
        long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
