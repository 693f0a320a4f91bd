package dev.roster.etcd;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One call to etcd with one answer, which knows whether any of it left this process. */
final class Call extends ClientCall.Listener<byte[]> {
    static final MethodDescriptor<byte[], byte[]> RANGE = unary("etcdserverpb.KV/Range");
    static final MethodDescriptor<byte[], byte[]> TXN = unary("etcdserverpb.KV/Txn");
    static final MethodDescriptor<byte[], byte[]> COMPACT = unary("etcdserverpb.KV/Compact");
    static final MethodDescriptor<byte[], byte[]> STATUS = unary("etcdserverpb.Maintenance/Status");
    static final MethodDescriptor<byte[], byte[]> AUTHENTICATE =
            unary("etcdserverpb.Auth/Authenticate");
    static final MethodDescriptor<byte[], byte[]> WATCH =
            method("etcdserverpb.Watch/Watch", MethodDescriptor.MethodType.BIDI_STREAMING);

    /**
     * How long after its deadline a call is waited for that gRPC does not end, as has been <a
     * href="https://github.com/grpc/grpc-java/issues/12185">seen</a>.
     */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private byte @Nullable [] answer;
    private volatile boolean sent;

    /**
     * Makes a call and waits for its end.
     *
     * @param nanos its deadline, from now
     * @throws InterruptedException the thread was interrupted before anything was sent; later, that
     *     is a failed call with this as its cause
     */
    static byte[] make(
            io.grpc.Channel channel,
            String endpoint,
            MethodDescriptor<byte[], byte[]> method,
            long nanos,
            Metadata headers,
            byte[] request)
            throws CallFailedException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Call call = new Call();
        ClientCall<byte[], byte[]> grpc =
                channel.newCall(
                        method,
                        CallOptions.DEFAULT
                                .withDeadlineAfter(Duration.ofNanos(nanos))
                                .withStreamTracerFactory(call.tracers()));
        grpc.start(call, headers);
        grpc.request(2);
        grpc.sendMessage(request);
        grpc.halfClose();
        Status status;
        try {
            status = call.ended.get(nanos + GRACE_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            grpc.cancel("no end", null);
            status = Status.DEADLINE_EXCEEDED.withDescription("the call does not end");
            call.sent = true;
        } catch (InterruptedException e) {
            grpc.cancel("interrupted", null);
            throw new CallFailedException(
                    endpoint, Status.CANCELLED.withDescription("interrupted"), true, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        byte[] answer = call.answer;
        if (!status.isOk() || answer == null) {
            throw new CallFailedException(
                    endpoint,
                    status.isOk() ? Status.INTERNAL.withDescription("no answer") : status,
                    call.sent);
        }
        return answer;
    }

    private ClientStreamTracer.Factory tracers() {
        return new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(
                    ClientStreamTracer.StreamInfo info, Metadata headers) {
                // Until there is a stream of a connection, everything waits in this process.
                return new ClientStreamTracer() {
                    @Override
                    public void streamCreated(io.grpc.Attributes transport, Metadata of) {
                        sent = true;
                    }

                    @Override
                    public void outboundHeaders() {
                        sent = true;
                    }

                    @Override
                    public void outboundMessage(int number) {
                        sent = true;
                    }
                };
            }
        };
    }

    @Override
    public void onMessage(byte[] message) {
        answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ended.complete(status);
    }

    private static MethodDescriptor<byte[], byte[]> unary(String name) {
        return method(name, MethodDescriptor.MethodType.UNARY);
    }

    private static MethodDescriptor<byte[], byte[]> method(
            String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(name)
                .setType(type)
                .setRequestMarshaller(BytesMarshaller.INSTANCE)
                .setResponseMarshaller(BytesMarshaller.INSTANCE)
                .build();
    }

    /** Messages are bytes to gRPC; what they mean is read and written elsewhere. */
    private enum BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
