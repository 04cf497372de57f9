package io.duplex.samples.servers.load;

/** How large a load test is, and where its figures go. */
final class Load {
    private Load() {}

    /** Whether the whole load is asked for. */
    static boolean full() {
        return "full".equals(System.getProperty("duplex.load"));
    }

    /** Prints a figure of a full run. */
    static void say(String transport, String figure) {
        if (full()) {
            System.out.println(transport + ": " + figure);
        }
    }
}
