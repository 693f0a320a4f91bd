package dev.roster.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Hears of signals. A shutdown hook would hear of the first only, and could not choose the exit
 * code; the class that does better is outside the Java standard, hence reached by name.
 */
final class Signals {
    private Signals() {}

    /** The exit code of a program that a signal ended. */
    static int exitCode(int signal) {
        return 128 + signal;
    }

    /** Calls {@code told} with the number of each signal that asks the program to end. */
    static void listen(IntConsumer told) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Method number = signal.getMethod("getNumber");
            InvocationHandler call =
                    (proxy, method, arguments) ->
                            switch (method.getName()) {
                                case "handle" -> {
                                    told.accept((int) number.invoke(arguments[0]));
                                    yield null;
                                }
                                case "equals" ->
                                        System.identityHashCode(proxy)
                                                == System.identityHashCode(arguments[0]);
                                case "hashCode" -> System.identityHashCode(proxy);
                                default -> "signals";
                            };
            Object listener =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(), new Class<?>[] {handler}, call);
            for (String name : List.of("INT", "TERM", "HUP")) {
                try {
                    Object one = signal.getConstructor(String.class).newInstance(name);
                    handle.invoke(null, one, listener);
                } catch (ReflectiveOperationException e) {
                    // Not a signal here, or ignored since before this program (nohup): so be it.
                }
            }
        } catch (ReflectiveOperationException e) {
            // A Java without it: a signal ends the program at once, and with it its commands.
        }
    }
}
