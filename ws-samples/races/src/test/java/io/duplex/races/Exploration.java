package io.duplex.races;

import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * How much of the interleavings a test explores: a few seconds' worth in a build, more with
 * {@code -Dduplex.races.factor}. In a build, threads are not switched inside classes that are not under test
 * or that a lock guards, so that the few schedules meet the places that matter; the long form has no such
 * exceptions.
 */
public final class Exploration {
    private static final int FACTOR = Integer.getInteger("duplex.races.factor", 1);
    /** More than the factor in the long form, where switches are possible in more places. */
    private static final int SCHEDULES_FACTOR = FACTOR == 1 ? 1 : 3 * FACTOR;

    private Exploration() {}

    /**
     * Generates scenarios from the operations of a class and explores how their threads interleave. Fails if
     * a result is not the result of any sequential order of the calls, if an operation or a validation
     * throws, or if no thread can go on.
     *
     * @param operations    the class with the operations, a new instance of which is the state of each run
     * @param calls         how many operations each of two threads has
     * @param scenarios     how many a build generates
     * @param interleavings how many of each a build explores
     * @param whole         beginnings of the names of classes without a switch inside, in a build
     */
    public static void explore(Class<?> operations, int calls, int scenarios, int interleavings,
            String... whole) {
        ModelCheckingOptions options = new ModelCheckingOptions();
        if (FACTOR == 1 && whole.length > 0) {
            options.addGuarantee(ManagedStrategyGuaranteeKt
                    .forClasses((String name) -> Stream.of(whole).anyMatch(name::startsWith))
                    .allMethods()
                    .ignore());
        }
        options
                .threads(2)
                .actorsPerThread(calls)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(scenarios * FACTOR)
                .invocationsPerIteration(interleavings * SCHEDULES_FACTOR)
                .check(operations);
    }
}
