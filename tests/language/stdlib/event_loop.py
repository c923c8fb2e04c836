# asyncio: tasks, streams over a socket, time limits, programs, threads.
import asyncio


async def count(name, n, results):
    for i in range(n):
        await asyncio.sleep(0)
        results.append((name, i))
    return n


async def echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main():
    results = []
    print(await asyncio.gather(count('a', 2, results), count('b', 3, results)), results)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.001, i)) for i in range(3)]
    print([task.result() for task in tasks])
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        print('too late')
    server = await asyncio.start_server(echo, '127.0.0.1', 0)
    host, port = server.sockets[0].getsockname()
    async with server:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b'line\n')
        print(await reader.read())
        writer.close()
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    queue = asyncio.Queue()
    await queue.put('item')
    print(await queue.get())


asyncio.run(main())
