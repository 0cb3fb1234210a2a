package dev.syncline.demo;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes up a bank. Each row depends on the seed and its number alone, so that any of it can be made again. */
final class BankGenerator {

    static final List<String> CITIES = List.of(
            "Brno", "Opava", "Zlin", "Pisek", "Tabor", "Louny", "Kolin", "Decin", "Cheb", "Znojmo", "Trutnov",
            "Jihlava");
    static final List<String> CATEGORIES =
            List.of("rent", "food", "energy", "insurance", "loan", "savings", "travel", "fees");

    private static final List<String> FIRST =
            List.of("Anna", "Jan", "Eva", "Petr", "Věra", "Karel", "Zoë", "Tomáš", "Ida", "Ondřej");
    private static final List<String> LAST =
            List.of("Nováková", "Dvořák", "Malá", "Kučera", "O'Brien", "Šebek", "Lang", "Müller", "Černá", "Vlk");
    private static final List<String> TAGS = List.of("monthly", "urgent", "online", "card", "family", "tax");
    private static final Instant FIRST_DAY = Instant.parse("2024-01-01T00:00:00Z");

    private final long seed;
    private final int accounts;
    private final int payments;

    BankGenerator(long seed, int accounts, int payments) {
        this.seed = seed;
        this.accounts = accounts;
        this.payments = payments;
    }

    long seed() {
        return seed;
    }

    int accounts() {
        return accounts;
    }

    int payments() {
        return payments;
    }

    /** The id a row of this kind and number has on every device. */
    String id(String kind, int number) {
        return UUID.nameUUIDFromBytes((kind + "/" + seed + "/" + number).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** The account a payment belongs to, by number. */
    int accountOf(int payment) {
        return random("owner", payment).nextInt(accounts);
    }

    /** An account; the branch is one of the numbers given. */
    BankApp.Account account(int number, List<Long> branches) {
        SplittableRandom random = random("account", number);
        String holder = one(FIRST, random) + " " + one(LAST, random);
        String phone = random.nextInt(4) == 0 ? null : "+420 " + (600_000_000 + random.nextInt(200_000_000));
        return new BankApp.Account(
                id("account", number),
                one(branches, random),
                holder,
                phone,
                amount(random, 5_000_000),
                amount(random, 200_000),
                FIRST_DAY.minus(Duration.ofHours(random.nextInt(90_000))).toString());
    }

    /** A payment of {@link #accountOf}; the category is one of the numbers given. */
    BankApp.Payment payment(int number, List<Long> categories) {
        SplittableRandom random = random("payment", number);
        return new BankApp.Payment(
                id("payment", number),
                id("account", accountOf(number)),
                one(categories, random),
                amount(random, 1_000_000),
                FIRST_DAY.plus(Duration.ofMinutes(random.nextInt(1_000_000))).toString(),
                "[\"" + one(TAGS, random) + "\",\"" + number % 7 + "\"]",
                random.nextInt(3) == 0 ? null : "payment no. " + number,
                random.nextBoolean());
    }

    /** A number of the seed's own for whatever is to be drawn. */
    SplittableRandom random(String what, int number) {
        return new SplittableRandom(seed * 31 + what.hashCode() * 0x9E3779B97F4A7C15L + number);
    }

    private static String amount(SplittableRandom random, int cents) {
        return BigDecimal.valueOf(1 + random.nextInt(cents), 2).toPlainString();
    }

    private static <T> T one(List<T> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }
}
