package io.duplex.internal.session;

import static com.tngtech.archunit.core.domain.JavaConstructor.CONSTRUCTOR_NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocketHandler;
import io.duplex.internal.protocol.Role;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the session's lock guards is reached under it only. Each test that drives a session checks that on its
 * way, because the accessors assert it; this one checks that they do, and that there is no other way.
 */
class SessionLockTest {
    private final Session session = new Session(
            Pair.context(Role.SERVER, ConnectionOptions.SERVER, List.of()), new ManualHost(),
            new WebSocketHandler() {}, null);

    @Test
    void assertionsAreOnInTests() {
        assertTrue(Session.class.desiredAssertionStatus());
    }

    @ParameterizedTest
    @ValueSource(strings = { "protocol", "sender", "queue", "deadlines" })
    void anAccessWithoutTheLockIsAnError(String accessor) throws ReflectiveOperationException {
        Method method = Session.class.getDeclaredMethod(accessor);
        method.setAccessible(true);
        InvocationTargetException thrown =
                assertThrows(InvocationTargetException.class, () -> method.invoke(session));
        assertInstanceOf(AssertionError.class, thrown.getCause());
    }

    @ParameterizedTest
    @ValueSource(strings = { "protocol", "sender", "queue", "deadlines" })
    void anAccessUnderTheLockIsNone(String accessor) throws ReflectiveOperationException {
        Method method = Session.class.getDeclaredMethod(accessor);
        method.setAccessible(true);
        Field field = Session.class.getDeclaredField("lock");
        field.setAccessible(true);
        ReentrantLock lock = (ReentrantLock) field.get(session);
        lock.lock();
        try {
            assertTrue(method.invoke(session) != null);
        } finally {
            lock.unlock();
        }
    }

    /** The other guarded fields are few; their methods hold the lock, or use an accessor first. */
    @ParameterizedTest
    @CsvSource({ "guardedProtocol, protocol", "guardedSender, sender", "guardedQueue, queue",
        "room, awaitRoom publish",
        "closeFuture, closeFuture" })
    void noOtherMethodAccessesAGuardedField(String field, String methods) {
        JavaClass type = new ClassFileImporter().importClass(Session.class);
        Set<String> accessing = type.getField(field)
                .getAccessesToSelf()
                .stream()
                .map(JavaFieldAccess::getOrigin)
                .map(origin -> origin.getName())
                .filter(name -> !name.equals(CONSTRUCTOR_NAME))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(List.of(methods.split(" "))), accessing);
    }
}
