process.send?.('hello');
