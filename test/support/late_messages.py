"""Messages of late_app.py: a client that waits for them as those of Redis do, and the little of a server that it needs.

    late_messages.py
"""

import asyncio
import collections
import os
import socket
import subprocess
import sys
import threading


def command(*words):
    parts = [f"*{len(words)}"] + [f"${len(word)}\r\n{word}" for word in words]
    return ("\r\n".join(parts) + "\r\n").encode()


async def read(reader):
    """One value: a text, a number, nothing, or a list of such."""
    line = (await reader.readline()).decode().strip()
    if not line:
        raise EOFError
    kind, rest = line[0], line[1:]
    if kind == "*":
        return [await read(reader) for _ in range(int(rest))]
    if kind == "$" and rest != "-1":
        return (await reader.readexactly(int(rest) + 2)).decode().strip()
    return None if kind == "$" else rest


def start():
    """It is no part of the app."""
    global server
    command = [sys.executable, "-S", "-E", __file__]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


class Messages:
    """Lives as long as the app. It waits anew after each message, for five seconds at most, as brokers do."""

    def __init__(self, leave):
        self.leave, self.port = leave, int(server.stdout.readline())
        ready = threading.Event()
        threading.Thread(target=asyncio.run, args=(self.consume(ready),), daemon=True).start()
        ready.wait()

    def put(self, bot, seconds):
        self.tell("RPUSH", bot, seconds)

    def publish(self, bot, seconds):
        self.tell("PUBLISH", bot, seconds)

    def tell(self, how, bot, seconds):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(command(how, "jobs", f"{bot} {seconds}"))
            connection.recv(100)

    async def consume(self, ready):
        streams = [await asyncio.open_connection("127.0.0.1", self.port) for _ in range(2)]
        popping = asyncio.ensure_future(self.pop(*streams[0]))
        await asyncio.gather(popping, self.listen(*streams[1], ready))

    async def pop(self, reader, writer):
        while True:
            writer.write(command("BLPOP", "jobs", "5"))
            message = await read(reader)
            if message is not None:
                await self.work(message[1])

    async def listen(self, reader, writer, ready):
        writer.writelines([command("SUBSCRIBE", "jobs")])
        while True:
            try:
                kind, _, text = await asyncio.wait_for(read(reader), 60)
            except asyncio.TimeoutError:
                continue
            if kind == "message":
                await self.work(text)
            ready.set()

    async def work(self, text):
        bot, seconds = text.split()
        await asyncio.sleep(float(seconds) / 2)
        await asyncio.get_running_loop().run_in_executor(None, self.leave, bot, float(seconds) / 2)


async def serve():
    waiting, kept, subscribed = collections.deque(), collections.deque(), []

    async def answer(reader, writer):
        while True:
            try:
                name, key, *rest = await read(reader)
            except (EOFError, ConnectionError):
                return
            if name == "SUBSCRIBE":
                subscribed.append(writer)
                writer.write(b"*3\r\n$9\r\nsubscribe\r\n$4\r\njobs\r\n:1\r\n")
            elif name == "BLPOP":
                await pop(writer, key, float(rest[0]))
            elif name == "RPUSH":
                future = next((one for one in waiting if not one.done()), None)
                future.set_result(rest[0]) if future else kept.append(rest[0])
                writer.write(b":1\r\n")
            else:
                for one in subscribed:
                    one.write(command("message", key, rest[0]))
                writer.write(b":1\r\n")

    async def pop(writer, key, seconds):
        future = asyncio.get_running_loop().create_future()
        waiting.append(future)
        if kept:
            future.set_result(kept.popleft())
        try:
            writer.write(command(key, await asyncio.wait_for(future, seconds)))
        except asyncio.TimeoutError:
            writer.write(b"$-1\r\n")
        waiting.remove(future)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    asyncio.run(serve())
