// What the scenarios of both clients share: the command line, a deadline, waiting for a condition.
// node CLIENT.mjs PORT [SCENARIO...]: runs all scenarios or those named, on a server that has none of their keys yet; exit code 1
// at the first difference.

const deadlineMs = 60_000;

/** Runs scenarios, each given the port and a prefix for its keys. */
export async function run(client, scenarios) {
  const [port, ...wanted] = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : Object.keys(scenarios)) {
    if (!scenarios[name]) fail(`there is no scenario ${name}; there are ${Object.keys(scenarios).join(', ')}`);
    const timer = setTimeout(() => fail(`${client} ${name}: not done after ${deadlineMs / 1000} s`), deadlineMs);
    try {
      await scenarios[name](Number(port), `${client}:${name}:`);
    } catch (error) {
      fail(`${client} ${name}: ${error.stack ?? error}`);
    }
    clearTimeout(timer);
    console.log(`${client} ${name}: ok`);
  }
}

/** Asks again until the answer is true; the scenario's deadline ends what never becomes true. */
export async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** How many clients wait in a blocking command, out of INFO's text. */
export function blockedClients(info) {
  return Number(/^blocked_clients:(\d+)/m.exec(info)[1]);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
