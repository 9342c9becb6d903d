// json-server with its records in memory: with a file it would write all of them at every create.
import jsonServer from 'json-server';

const app = jsonServer.create();
app.use(jsonServer.bodyParser);
app.use('/api/v1', jsonServer.router({ bots: [] }));
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
