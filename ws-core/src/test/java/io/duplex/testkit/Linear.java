package io.duplex.testkit;

import io.duplex.testkit.CountingLoader.Cost;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;

/** Asserts that input costs time and memory in proportion to its size. */
public final class Linear {
    /**
     * From four to eight times the size the cost must grow at most so many times as much as from the size to
     * its double. In
     * proportion would be 4, and the square of the size would be 16; a fixed cost does not show in either.
     */
    private static final long MOST = 8;

    private Linear() {}

    /**
     * The names of the scenarios in a class.
     *
     * @param scenarios has static methods that take a size
     * @return for a parameterized test
     */
    public static Stream<String> in(Class<?> scenarios) {
        return Arrays.stream(scenarios.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic()
                        && !Modifier.isPrivate(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] { int.class }))
                .map(java.lang.reflect.Method::getName)
                .sorted();
    }

    /**
     * Runs a scenario at a size, and at two, four and eight times that size.
     *
     * @param loader   shared by the scenarios of a class
     * @param inClass  the class that has it
     * @param scenario its name
     * @param size     large enough that what is not linear shows
     */
    public static void check(CountingLoader loader, Class<?> inClass, String scenario, int size)
            throws ReflectiveOperationException {
        // The first run loads classes.
        loader.cost(inClass.getName(), scenario, size);
        Cost[] costs = new Cost[4];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = loader.cost(inClass.getName(), scenario, size << i);
        }
        long first = costs[1].units() - costs[0].units();
        long last = costs[3].units() - costs[2].units();
        boolean linear = last <= MOST * first && costs[3].allocated() <= 2 * MOST * costs[0].allocated();
        if (!linear || first <= 0) {
            throw new AssertionError(scenario + " is not linear, from " + size + " to " + (size << 3) + ": "
                    + Arrays.toString(costs));
        }
    }
}
