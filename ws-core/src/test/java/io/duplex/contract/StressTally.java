package io.duplex.contract;

import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/**
 * What one end has sent and the other has received. Each message names its sender, its number, its length and
 * a checksum, so that the receiver recognizes a message that is interleaved with another one, cut, repeated
 * or out of order. Thread-safe.
 */
final class StressTally {
    /** What the sender learned about a message. */
    private enum Report {
        NONE, ACCEPTED, LEFT, NOT_SENT
    }

    private static final char SEPARATOR = ':';

    private final String name;
    private final Queue<String> breaches;
    private final Map<String, Report> reports = new ConcurrentHashMap<>();
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    /** The last number that came of each sender. */
    private final Map<Integer, Integer> last = new ConcurrentHashMap<>();
    private final AtomicInteger senders = new AtomicInteger();
    private final AtomicLong unreported = new AtomicLong();
    /** What was accepted behind a message in parts is lost with the rest of that message. */
    private volatile boolean cut;

    /** @param breaches where each violation of the contract goes */
    StressTally(String name, Queue<String> breaches) {
        this.name = name;
        this.breaches = breaches;
    }

    // ---- the sending end ----------------------------------------------------------------------------------

    /** One thread, or callbacks that come one after the other: its messages arrive in order. */
    final class Sender {
        private final int id = senders.incrementAndGet();
        private int number;

        Letter letter(Random random, int size) {
            return new Letter(id + "" + SEPARATOR + number++, random, size);
        }
    }

    /** A message and what becomes of it. */
    final class Letter {
        private final String key;
        private final String text;

        private Letter(String key, Random random, int size) {
            this.key = key;
            StringBuilder body = new StringBuilder(size);
            for (int i = 0; i < size; i++) {
                body.append((char) ('a' + random.nextInt(i % 64 < 32 ? 3 : 26)));
            }
            this.text = key + SEPARATOR + size + SEPARATOR + checksum(body) + SEPARATOR + body;
            reports.put(key, Report.NONE);
            unreported.incrementAndGet();
        }

        /** In ASCII, so that each character is a byte. */
        String text() {
            return text;
        }

        /** A status, which says what became of the message in this process. */
        void accepted(boolean accepted) {
            report(accepted ? Report.ACCEPTED : Report.NOT_SENT);
        }

        /** A future, which says whether the operating system has the message. */
        void left(boolean left) {
            report(left ? Report.LEFT : Report.NOT_SENT);
        }

        /** The message began, and the connection is closed before its end. */
        void cut() {
            cut = true;
            report(Report.NOT_SENT);
        }

        private void report(Report report) {
            if (reports.put(key, report) != Report.NONE) {
                breaches.add(name + ": a second report about " + key);
            }
            unreported.decrementAndGet();
        }
    }

    /** How many messages the senders know nothing about yet. */
    long unreported() {
        return unreported.get();
    }

    // ---- the receiving end --------------------------------------------------------------------------------

    /** A message came. Calls come one after the other. */
    void receive(String text) {
        String[] fields = text.split(String.valueOf(SEPARATOR), 5);
        if (fields.length != 5 || !fields[2].equals(String.valueOf(fields[4].length()))
                || !fields[3].equals(checksum(fields[4]))) {
            breaches.add(name + ": damaged: " + text.substring(0, Math.min(text.length(), 60)));
            return;
        }
        int number = Integer.parseInt(fields[1]);
        Integer before = last.put(Integer.parseInt(fields[0]), number);
        if (before != null && before >= number) {
            breaches.add(name + ": number " + number + " after " + before + " of sender " + fields[0]);
        }
        received.add(fields[0] + SEPARATOR + fields[1]);
    }

    int receivedCount() {
        return received.size();
    }

    private static String checksum(CharSequence body) {
        CRC32 checksum = new CRC32();
        for (int i = 0; i < body.length(); i++) {
            checksum.update(body.charAt(i));
        }
        return Long.toHexString(checksum.getValue());
    }

    // ---- the end ------------------------------------------------------------------------------------------

    /**
     * Compares both ends.
     *
     * @param orderly whether the connection was closed and not reset, so that all that was accepted has
     * arrived
     */
    void settle(boolean orderly) {
        reports.forEach((key, report) -> {
            boolean came = received.contains(key);
            boolean fits = switch (report) {
                case NONE -> false;
                case NOT_SENT -> !came || !orderly;
                case ACCEPTED -> came || !orderly || cut;
                case LEFT -> came || !orderly;
            };
            if (!fits) {
                breaches.add(name + ": " + key + " is " + report + ", and " + (came ? "came" : "never came"));
            }
        });
        received.stream()
                .filter(key -> !reports.containsKey(key))
                .forEach(key -> breaches.add(name + ": " + key + " was never sent"));
    }
}
