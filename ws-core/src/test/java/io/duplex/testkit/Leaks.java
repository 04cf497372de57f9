package io.duplex.testkit;

import java.io.File;
import java.util.List;
import java.util.OptionalInt;

/** Counts what must not be leaked: threads of a name and file descriptors. */
public final class Leaks {
    private static final File DESCRIPTORS = new File("/proc/self/fd");

    private Leaks() {}

    /**
     * The live platform threads whose name begins so; virtual threads cannot be listed.
     *
     * @param prefix beginning of the name
     * @return their names, sorted
     */
    public static List<String> threads(String prefix) {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    /**
     * Waits until no thread of that name is left.
     *
     * @param prefix beginning of the name
     */
    public static void awaitNoThreads(String prefix) {
        Patience.await("no thread is named " + prefix + "…", () -> threads(prefix).isEmpty());
    }

    /**
     * Returns the number of file descriptors of this process.
     *
     * @return empty where the system does not say
     */
    public static OptionalInt descriptors() {
        String[] open = DESCRIPTORS.list();
        return open == null ? OptionalInt.empty() : OptionalInt.of(open.length);
    }

    /**
     * Waits until there are no more descriptors than before.
     *
     * @param before what {@link #descriptors} answered
     */
    public static void awaitDescriptors(OptionalInt before) {
        if (before.isPresent()) {
            Patience.await("descriptors are back to " + before.getAsInt(),
                    () -> descriptors().orElse(0) <= before.getAsInt());
        }
    }
}
