package dev.syncline.testing.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong, switchable at any time from any thread. Per request the first that applies wins: cut, the script, a
 * rule, every n-th. Latency comes on top of all of them.
 */
public final class Faults {

    private record Rule(BiPredicate<String, String> request, Fault fault) {}

    private record KeyRule(Predicate<String> keys, Fault fault) {}

    private final Deque<Fault> script = new ArrayDeque<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<Rule> bodyRules = new ArrayList<>();
    private final List<KeyRule> keyRules = new ArrayList<>();
    private boolean cut;
    private Duration latency = Duration.ZERO;
    private @Nullable Fault nth;
    private long n;
    private long seen;

    Faults() {}

    /** While set, every connection is closed unserved, as if the cable were out. */
    public synchronized void cut(boolean on) {
        cut = on;
    }

    /** Added to every request before it is served. */
    public synchronized void latency(Duration each) {
        latency = each;
    }

    /** The coming requests fail like this, one fault each, in this order. */
    public synchronized void next(Fault... faults) {
        Collections.addAll(script, faults);
    }

    /** Every request whose method and path match fails like this, until {@link #clear()}. */
    public synchronized void when(BiPredicate<String, String> request, Fault fault) {
        rules.add(new Rule(request, fault));
    }

    /**
     * Every request whose path and body match fails like this, until {@link #clear()}. Looked at last, once the body is read; not
     * for a {@link Fault.Reset}, which strikes before.
     */
    public synchronized void whenBody(BiPredicate<String, String> request, Fault fault) {
        bodyRules.add(new Rule(request, fault));
    }

    /** Every single write whose idempotency key matches fails like this, until {@link #clear()}; looked at like a body. */
    public synchronized void whenKey(Predicate<String> keys, Fault fault) {
        keyRules.add(new KeyRule(keys, fault));
    }

    /** Every {@code n}-th request from now on fails like this, until {@link #clear()}. */
    public synchronized void every(long n, Fault fault) {
        this.n = n;
        nth = fault;
        seen = 0;
    }

    /** Nothing goes wrong any more. */
    public synchronized void clear() {
        script.clear();
        rules.clear();
        bodyRules.clear();
        keyRules.clear();
        cut = false;
        latency = Duration.ZERO;
        nth = null;
    }

    synchronized Duration latency() {
        return latency;
    }

    synchronized @Nullable Fault pick(String method, String path) {
        if (cut) {
            return Fault.reset();
        }
        Fault scripted = script.poll();
        if (scripted != null) {
            return scripted;
        }
        for (Rule rule : rules) {
            if (rule.request().test(method, path)) {
                return rule.fault();
            }
        }
        return nth != null && ++seen % n == 0 ? nth : null;
    }

    synchronized @Nullable Fault pickByKey(@Nullable String key) {
        return keyRules.stream()
                .filter(rule -> key != null && rule.keys().test(key))
                .map(KeyRule::fault)
                .findFirst()
                .orElse(null);
    }

    synchronized @Nullable Fault pickByBody(String path, byte[] body) {
        if (bodyRules.isEmpty()) {
            return null;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return bodyRules.stream()
                .filter(rule -> rule.request().test(path, text))
                .map(Rule::fault)
                .findFirst()
                .orElse(null);
    }
}
