package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.HandshakeException;
import io.duplex.Limits;
import io.duplex.SendQueueOptions;
import io.duplex.Timeouts;
import io.duplex.client.DialOptions;
import io.duplex.client.ReconnectPolicy;
import io.duplex.client.WebSocketClient;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.FrameHeader;
import io.duplex.http.HeadLimits;
import io.duplex.server.AddressLimits;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.SafeLog;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.WorkBudget;
import io.duplex.transport.nio.NioTransport;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/limits.md has every default and says what it is: its rows are compared with the values in the code,
 * both ways. A new component of an options record without a row fails, too.
 */
class LimitsDocTest {
    private static final Path PAGE = Pages.root().resolve("docs/limits.md");

    @Test
    void theTableSaysWhatTheCodeSays() throws ReflectiveOperationException {
        Map<String, String> documented = new TreeMap<>(Pages.rows(PAGE)
                .stream()
                .collect(Collectors.toMap(List::getFirst, row -> row.get(1))));
        Map<String, String> inCode = inCode();
        assertEquals(List.of(), difference(inCode, documented), "in the code, and not so on the page");
        assertEquals(List.of(), difference(documented, inCode), "on the page, and not so in the code");
    }

    private static List<String> difference(Map<String, String> of, Map<String, String> without) {
        return of.entrySet()
                .stream()
                .filter(entry -> !without.entrySet().contains(entry))
                .map(Map.Entry::toString)
                .toList();
    }

    @Test
    void theClassesThatTheTableNamesExist() {
        Set<String> classes = Pages.sources().keySet();
        for (List<String> row : Pages.rows(PAGE)) {
            for (String place : row.getLast().split(", ")) {
                assertTrue(classes.contains(place.split("\\.")[0]), place + " of " + row.getFirst());
            }
        }
    }

    private static Map<String, String> inCode() throws ReflectiveOperationException {
        Map<String, String> values = new TreeMap<>();
        record("Limits", Limits.DEFAULT, values);
        record("Timeouts", Timeouts.DEFAULT, values);
        record("SendQueueOptions.SERVER", SendQueueOptions.SERVER, values);
        record("SendQueueOptions.CLIENT", SendQueueOptions.CLIENT, values);
        record("HeadLimits", HeadLimits.DEFAULT, values);
        record("ReconnectPolicy", ReconnectPolicy.DEFAULT, values);
        record("DialOptions", DialOptions.DEFAULT, values);
        values.put("HttpConnectLayer.MAX_INTERIM_RESPONSES",
                shown("", constant("io.duplex.internal.proxy.HttpConnectLayer", "MAX_INTERIM_RESPONSES")));
        values.put("Socks5Messages.MAX_NAME_BYTES",
                shown("Bytes", constant("io.duplex.internal.proxy.Socks5Messages", "MAX_NAME_BYTES")));
        values.put("ProxyServer.MAX_SOCKS_BYTES",
                shown("Bytes", constant("io.duplex.ProxyServer", "MAX_SOCKS_BYTES")));
        values.put("SocketOptions.DEFAULT_BACKLOG", shown("", SocketOptions.DEFAULT_BACKLOG));
        values.put("HandshakeException.MAX_BODY_BYTES", shown("Bytes", HandshakeException.MAX_BODY_BYTES));
        values.put("ExtensionHeader.MAX_EXTENSIONS", shown("", ExtensionHeader.MAX_EXTENSIONS));
        values.put("ExtensionHeader.MAX_PARAMETERS", shown("", ExtensionHeader.MAX_PARAMETERS));
        values.put("FrameHeader.MAX_CONTROL_PAYLOAD_BYTES",
                shown("Bytes", FrameHeader.MAX_CONTROL_PAYLOAD_BYTES));
        values.put("CloseStatus.MAX_REASON_BYTES", shown("Bytes", CloseStatus.MAX_REASON_BYTES));
        values.put("PerMessageDeflate.thresholdBytes",
                shown("Bytes", PerMessageDeflate.create().thresholdBytes()));
        values.put("WebSocketServer.maxConnections",
                shown("", hidden("io.duplex.server.WebSocketServer$Builder", "maxConnections",
                        WebSocketServer.builder())));
        values.put("WebSocketServer.memoryBudget", partOfHeap("io.duplex.server.WebSocketServer$Builder",
                WebSocketServer.builder()));
        values.put("WebSocketClient.memoryBudget", partOfHeap("io.duplex.client.WebSocketClient$Builder",
                WebSocketClient.builder()));
        values.put("MemoryBudget.STEP_BYTES",
                shown("Bytes", constant("io.duplex.internal.pool.MemoryBudget", "STEP_BYTES")));
        values.put("MessageAssembler.INFLATER_BYTES",
                shown("Bytes", constant("io.duplex.internal.session.MessageAssembler", "INFLATER_BYTES")));
        values.put("MessageReader.FLUSH_BYTES",
                shown("Bytes", constant("io.duplex.internal.session.MessageReader", "FLUSH_BYTES")));
        values.put("Deadlines.MESSAGE_BYTES_PER_SECOND",
                shown("Bytes",
                        constant("io.duplex.internal.protocol.Deadlines", "MESSAGE_BYTES_PER_SECOND")));
        values.put("WebSocketServer.maxBodyBytes",
                shown("Bytes", hidden("io.duplex.server.WebSocketServer$Builder", "maxBodyBytes",
                        WebSocketServer.builder())));
        values.put("SafeLog.BURST", shown("", SafeLog.BURST));
        values.put("SafeLog.WINDOW", shown("", SafeLog.WINDOW));
        values.put("SafeLog.MAX_CHARS", shown("", constant("io.duplex.transport.SafeLog", "MAX_CHARS")));
        values.put("WebSocketServer.CLOSE_DEADLINE",
                shown("", constant("io.duplex.server.WebSocketServer", "CLOSE_DEADLINE")));
        values.put("WebSocketClient.CLOSE_DEADLINE",
                shown("", constant("io.duplex.client.WebSocketClient", "CLOSE_DEADLINE")));
        record("AddressLimits", AddressLimits.DEFAULT, values);
        values.put("AddressAdmission.MAX_QUIET",
                shown("", constant("io.duplex.internal.runtime.AddressAdmission", "MAX_QUIET")));
        values.put("ServerRuntime.INTERRUPT_GRACE",
                shown("", constant("io.duplex.internal.runtime.ServerRuntime", "INTERRUPT_GRACE")));
        values.put("ServerRuntime.MAX_REFUSALS",
                shown("", constant("io.duplex.internal.runtime.ServerRuntime", "MAX_REFUSALS")));
        values.put("Inbox.HIGH_BYTES",
                shown("Bytes", constant("io.duplex.internal.blocking.Inbox", "HIGH_BYTES")));
        values.put("Inbox.LOW_BYTES",
                shown("Bytes", constant("io.duplex.internal.blocking.Inbox", "LOW_BYTES")));
        values.put("Segment.BYTES",
                shown("Bytes", constant("io.duplex.internal.session.Segment", "BYTES")));
        values.put("SendingStream.FRAGMENT_BYTES",
                shown("Bytes", constant("io.duplex.internal.blocking.SendingStream", "FRAGMENT_BYTES")));
        values.put("PerMessageDeflate.MAX_IDLE",
                shown("", constant("io.duplex.extension.PerMessageDeflate", "MAX_IDLE")));
        values.put("PayloadSlices.MAX_KEPT",
                shown("", constant("io.duplex.internal.session.PayloadSlices", "MAX_KEPT")));
        values.put("Decryption.MAX_RECORDS_WITHOUT_DATA",
                shown("", constant("io.duplex.tls.Decryption", "MAX_RECORDS_WITHOUT_DATA")));
        values.put("HandshakeTasks.MAX_OTHER_RECORDS",
                shown("", constant("io.duplex.tls.HandshakeTasks", "MAX_OTHER_RECORDS")));
        values.put("PlatformThreads.IDLE_READ_BYTES",
                shown("Bytes", constant("io.duplex.transport.bio.PlatformThreads", "IDLE_READ_BYTES")));
        values.put("Buffers.BYTES",
                shown("Bytes", constant("io.duplex.transport.bio.driver.Buffers", "BYTES")));
        values.put("WorkBudget.PIECES", shown("", WorkBudget.PIECES));
        values.put("WorkBudget.BYTES", shown("Bytes", WorkBudget.BYTES));
        values.put("QueuedCallbacks.CALLS_A_TASK",
                shown("", constant("io.duplex.internal.session.QueuedCallbacks", "CALLS_A_TASK")));
        values.put("SocketWriter.BATCHES_A_TURN",
                shown("", constant("io.duplex.transport.nio.SocketWriter", "BATCHES_A_TURN")));
        values.put("SocketReader.FIRST_BYTES",
                shown("Bytes", constant("io.duplex.transport.nio.SocketReader", "FIRST_BYTES")));
        values.put("SocketReader.MAX_BYTES",
                shown("Bytes", constant("io.duplex.transport.nio.SocketReader", "MAX_BYTES")));
        values.put("SendQueue.LARGE_BYTES",
                shown("Bytes", constant("io.duplex.internal.session.SendQueue", "LARGE_BYTES")));
        values.put("Segment.MAX_IDLE",
                shown("", constant("io.duplex.internal.session.Segment", "MAX_IDLE")));
        long forBlocks = (long) constant("io.duplex.internal.pool.Block", "MAX_CLASS_BYTES");
        values.put("Block.MAX_CLASS_BYTES",
                forBlocks == Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 128)
                        ? "1/128 of the heap, at most 16 MiB"
                        : bytes(forBlocks));
        values.put("NioTransport.slowCallback", shown("", NioTransport.DEFAULT_SLOW_CALLBACK));
        return values;
    }

    private static void record(String name, Record options, Map<String, String> values)
            throws ReflectiveOperationException {
        for (RecordComponent component : options.getClass().getRecordComponents()) {
            values.put(name + "." + component.getName(),
                    shown(component.getName(), component.getAccessor().invoke(options)));
        }
    }

    private static String partOfHeap(String className, Object builder) throws ReflectiveOperationException {
        long bytes = (long) hidden(className, "memoryBudget", builder);
        return bytes == Runtime.getRuntime().maxMemory() / 4 ? "a quarter of the heap" : bytes(bytes);
    }

    private static Object constant(String className, String field) throws ReflectiveOperationException {
        return hidden(className, field, null);
    }

    private static Object hidden(String className, String name, Object of)
            throws ReflectiveOperationException {
        Field field = Class.forName(className).getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private static String shown(String name, Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.map(present -> shown(name, present)).orElse("off");
            case OptionalInt optional -> optional.isPresent() ? shown(name, optional.getAsInt()) : "no end";
            case Duration duration -> duration.toMillis() % 1000 == 0
                    ? duration.toSeconds() + " s"
                    : duration.toMillis() + " ms";
            case Number number when name.endsWith("Bytes") -> bytes(number.longValue());
            case Integer number -> String.format(java.util.Locale.ROOT, "%,d", number);
            case Predicate<?> condition -> "Context.promising";
            default -> value.toString();
        };
    }

    private static String bytes(long count) {
        if (count == 0) {
            return "0";
        }
        if (count % (1 << 20) == 0) {
            return (count >> 20) + " MiB";
        }
        return count % (1 << 10) == 0 ? (count >> 10) + " KiB" : count + " bytes";
    }
}
