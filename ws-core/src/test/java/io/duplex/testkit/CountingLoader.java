package io.duplex.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Loads the project's classes once more, with a counter in each method, at each jump, and where bytes are
 * copied; so a test can say how much work something is, the same on each machine. What the platform's own
 * classes copy shows in a second figure: the bytes that the thread has allocated, because each array that
 * grows is allocated again.
 */
public final class CountingLoader extends ClassLoader {
    private static final String OWN = "io.duplex.";
    private static final String WORK = "io/duplex/testkit/Work";

    /**
     * Methods of the platform whose work depends on the sizes of their arguments, by owner, name and
     * descriptor.
     */
    private static final Map<String, String> REPLACED = Map.of(
            "java/util/Arrays.copyOfRange([BII)[B", "([BII)[B",
            "java/lang/String.indexOf(II)I", "(Ljava/lang/String;II)I",
            "java/nio/ByteBuffer.put(Ljava/nio/ByteBuffer;)Ljava/nio/ByteBuffer;",
            "(Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;)Ljava/nio/ByteBuffer;",
            "java/nio/ByteBuffer.put(ILjava/nio/ByteBuffer;II)Ljava/nio/ByteBuffer;",
            "(Ljava/nio/ByteBuffer;ILjava/nio/ByteBuffer;II)Ljava/nio/ByteBuffer;",
            "java/nio/ByteBuffer.get([B)Ljava/nio/ByteBuffer;",
            "(Ljava/nio/ByteBuffer;[B)Ljava/nio/ByteBuffer;",
            "java/nio/ByteBuffer.get([BII)Ljava/nio/ByteBuffer;",
            "(Ljava/nio/ByteBuffer;[BII)Ljava/nio/ByteBuffer;",
            "java/nio/ByteBuffer.compact()Ljava/nio/ByteBuffer;",
            "(Ljava/nio/ByteBuffer;)Ljava/nio/ByteBuffer;");

    /**
     * The measured cost of an operation.
     *
     * @param units     of {@link Work}
     * @param allocated bytes
     */
    public record Cost(long units, long allocated) {}

    /**
     * By reflection: tests are compiled as a part of the core's module, which does not read the module of
     * these beans.
     */
    private final Object threads;
    private final Method allocatedBytes;
    private final Class<?> work;

    /** A loader of its own copy of all classes. */
    public CountingLoader() throws ReflectiveOperationException {
        super(CountingLoader.class.getClassLoader());
        work = loadClass(Work.class.getName());
        threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        allocatedBytes =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
    }

    /**
     * Runs a static method of a class that is loaded here.
     *
     * @param className  its class
     * @param methodName takes an int
     * @param size       its argument
     * @return its cost, on this thread
     */
    public Cost cost(String className, String methodName, int size) throws ReflectiveOperationException {
        Method method = loadClass(className).getDeclaredMethod(methodName, int.class);
        method.setAccessible(true);
        work.getMethod("reset").invoke(null);
        long before = allocated();
        try {
            method.invoke(null, size);
        } catch (InvocationTargetException e) {
            throw new AssertionError(methodName + " of " + size + ": " + e.getCause(), e.getCause());
        }
        long allocated = allocated() - before;
        return new Cost((long) work.getMethod("units").invoke(null), allocated);
    }

    private long allocated() throws ReflectiveOperationException {
        return (long) allocatedBytes.invoke(threads);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            byte[] counting = name.equals(Work.class.getName()) ? bytes : counting(bytes);
            return defineClass(name, counting, 0, counting.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static byte[] counting(byte[] bytes) {
        ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        new ClassReader(bytes).accept(new ClassVisitor(Opcodes.ASM9, out) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
                    String[] exceptions) {
                return new Counting(super.visitMethod(access, name, descriptor, signature, exceptions));
            }
        }, 0);
        return out.toByteArray();
    }

    /** Adds calls that leave the stack as it was, so that no frame changes. */
    private static final class Counting extends MethodVisitor {
        Counting(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        private void call(String name, String descriptor) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, WORK, name, descriptor, false);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            call("step", "()V");
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            call("step", "()V");
            super.visitJumpInsn(opcode, label);
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                countTop();
            }
            super.visitIntInsn(opcode, operand);
        }

        private void countTop() {
            super.visitInsn(Opcodes.DUP);
            call("copied", "(I)V");
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor,
                boolean isInterface) {
            String replacement = REPLACED.get(owner + "." + name + descriptor);
            if (replacement != null) {
                call(name, replacement);
                return;
            }
            boolean sizeIsLast = owner.equals("java/lang/System") && name.equals("arraycopy")
                    || owner.equals("java/util/Arrays") && name.equals("copyOf")
                    || owner.equals("java/nio/ByteBuffer") && name.equals("allocate");
            if (sizeIsLast) {
                countTop();
            } else if (owner.equals("java/lang/String") && opcode == Opcodes.INVOKEVIRTUAL) {
                countText(name, descriptor);
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        /** Methods that read the whole string, and have no argument or one in one slot. */
        private void countText(String name, String descriptor) {
            if (name.equals("length") || name.equals("isEmpty") || name.equals("charAt")) {
                return;
            }
            String arguments = descriptor.substring(1, descriptor.indexOf(')'));
            if (arguments.isEmpty()) {
                super.visitInsn(Opcodes.DUP);
                call("scanned", "(Ljava/lang/String;)V");
            } else if (arguments.equals("I") || arguments.matches("L[^;]+;")) {
                super.visitInsn(Opcodes.DUP2);
                super.visitInsn(Opcodes.POP);
                call("scanned", "(Ljava/lang/String;)V");
            }
        }
    }
}
