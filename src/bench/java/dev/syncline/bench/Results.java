package dev.syncline.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** All repetitions of one scenario at one size. A ratio is taken within a repetition, where both ran side by side. */
final class Results {

    private final Scenario scenario;
    private final int size;
    private final List<Map<Client, Measurement>> repetitions = new ArrayList<>();

    Results(Scenario scenario, int size) {
        this.scenario = scenario;
        this.size = size;
    }

    Scenario scenario() {
        return scenario;
    }

    int size() {
        return size;
    }

    /** Adds one repetition: a measurement of every client. */
    void add(Map<Client, Measurement> repetition) {
        repetitions.add(new EnumMap<>(repetition));
    }

    /** The median of one figure of a client over the repetitions. */
    double median(Client client, ToDoubleFunction<Measurement> figure) {
        return median(repetitions.stream()
                .mapToDouble(repetition -> figure.applyAsDouble(repetition.get(client)))
                .toArray());
    }

    /** The median of a client's wall time divided by that of Lt in the same repetition; nothing for Lt itself. */
    OptionalDouble ratioToLt(Client client) {
        return client == Client.LT
                ? OptionalDouble.empty()
                : OptionalDouble.of(median(repetitions.stream()
                        .mapToDouble(repetition -> repetition.get(client).millis()
                                / repetition.get(Client.LT).millis())
                        .toArray()));
    }

    /** A client's wall times in the order they were measured. */
    double[] millis(Client client) {
        return repetitions.stream()
                .mapToDouble(repetition -> repetition.get(client).millis())
                .toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
