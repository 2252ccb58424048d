// Follows the live stream of an Observatory, over lost connections too. Node 18 or newer, or a browser:
//   node live.mjs http://127.0.0.1:5080 KEY [COUNT]

/**
 * The messages of the stream, one after the other, without an end. What was missed while the connection was lost is fetched.
 * @param {string} server Address of the Observatory.
 * @param {string} key API key with the scope read.
 * @param {{after?: number, signal?: AbortSignal}} options after: sequence of the last message that was seen.
 * @yields {{type: string, sequence: number}} initial_data, then batch_update.
 */
export async function* follow(server, key, { after, signal } = {}) {
  for (let failures = 0; !signal?.aborted; failures++) {
    try {
      const headers = { authorization: `Bearer ${key}` };
      if (after !== undefined) headers['last-event-id'] = String(after);
      const answer = await fetch(new URL('/api/analytics/stream', server), { headers, signal });
      if (answer.status === 401 || answer.status === 403) throw new Refused(answer.status);
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      for await (const { type, data } of events(answer.body)) {
        failures = 0;
        const message = JSON.parse(data);
        after = message.sequence;
        yield { type, ...message };
      }
    } catch (error) {
      if (error instanceof Refused || signal?.aborted) throw error;
    }
    await new Promise(done => setTimeout(done, Math.min(1_000 * 2 ** failures, 30_000)));
  }
}

class Refused extends Error {
  constructor(status) {
    super(`The key is not taken (${status}).`);
  }
}

/** Events of a body: blocks of lines, an empty line after each. Lines that begin with a colon only keep the connection open. */
async function* events(body) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = { type: 'message', data: '' };
      for (const line of text.slice(0, end).split('\n')) {
        const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (name === 'event') event.type = value;
        if (name === 'data') event.data += value;
      }
      text = text.slice(end + 2);
      if (event.data) yield event;
    }
  }
}

/** Prints one line a message; ends after COUNT of them. */
async function main([server, key, count]) {
  let seen = 0;
  for await (const message of follow(server, key)) {
    const updates = message.updates?.map(update => update.type) ?? [`${message.overview.totalMessages} messages in 30 days`];
    console.log(`${message.sequence} ${message.type}: ${updates.join(', ')}`);
    if (++seen === Number(count)) return process.exit(0);
  }
}

if (globalThis.process?.argv[1]?.endsWith('live.mjs')) await main(process.argv.slice(2));
