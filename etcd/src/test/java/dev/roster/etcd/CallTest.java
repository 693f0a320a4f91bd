package dev.roster.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a call that gRPC forgets. */
final class CallTest {
    private final AtomicBoolean isCancelled = new AtomicBoolean();

    @Test
    @Timeout(20)
    void a_call_that_misses_its_deadline_ends_and_may_have_happened() {
        CallFailedException failed =
                catchThrowableOfType(
                        CallFailedException.class,
                        () ->
                                Call.make(
                                        new Silent(),
                                        "server",
                                        Call.TXN,
                                        TimeUnit.MILLISECONDS.toNanos(50),
                                        new Metadata(),
                                        new byte[0]));
        assertThat(failed).hasMessageContaining("does not end");
        assertThat(failed.mayHaveHappened()).isTrue();
        assertThat(failed.isTimeout()).isTrue();
        assertThat(isCancelled).isTrue();
    }

    /** Takes calls and never says anything of them again. */
    private final class Silent extends Channel {
        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new ClientCall<>() {
                @Override
                public void start(Listener<A> listener, Metadata headers) {}

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {
                    isCancelled.set(true);
                }

                @Override
                public void halfClose() {}

                @Override
                public void sendMessage(Q message) {}
            };
        }

        @Override
        public String authority() {
            return "server";
        }
    }
}
