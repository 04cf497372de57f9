package io.duplex.internal.runtime;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.Statistics;
import io.duplex.WebSocket;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.session.Traffic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts events of connections. Messages are reported to it in batches. Thread-safe. */
final class Counters implements ConnectionListener, Traffic {
    private final MemoryBudget memory;
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final Map<Integer, LongAdder> closedByCode = new ConcurrentHashMap<>();
    private final Map<Integer, LongAdder> refusedByStatus = new ConcurrentHashMap<>();
    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder messagesSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder overflows = new LongAdder();
    private final LongAdder failures = new LongAdder();

    @Override
    public void opened(WebSocket ws) {
        opened.increment();
    }

    @Override
    public void received(long messages, long bytes) {
        messagesReceived.add(messages);
        bytesReceived.add(bytes);
    }

    @Override
    public void sent(long messages, long bytes) {
        messagesSent.add(messages);
        bytesSent.add(bytes);
    }

    @Override
    public void overflowed(WebSocket ws, OverflowPolicy policy) {
        overflows.increment();
    }

    @Override
    public void failed(WebSocket ws, Throwable cause) {
        failures.increment();
    }

    @Override
    public void closed(WebSocket ws, CloseInfo info) {
        closed.increment();
        closedByCode.computeIfAbsent(info.code(), code -> new LongAdder()).increment();
    }

    @Override
    public void refused(Refusal refusal) {
        refusedByStatus.computeIfAbsent(refusal.status(), key -> new LongAdder()).increment();
    }

    /** Counters, with a budget that is part of each snapshot. */
    Counters(MemoryBudget memory) {
        this.memory = memory;
    }

    Statistics snapshot() {
        long ended = closed.sum();
        return new Statistics(opened.sum() - ended, opened.sum(), sums(closedByCode), sums(refusedByStatus),
                messagesReceived.sum(), bytesReceived.sum(), messagesSent.sum(), bytesSent.sum(),
                overflows.sum(),
                failures.sum(),
                new Statistics.Memory(memory.usedBytes(), memory.limitBytes(), memory.refused()));
    }

    private static Map<Integer, Long> sums(Map<Integer, LongAdder> adders) {
        return adders.entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum()));
    }
}
