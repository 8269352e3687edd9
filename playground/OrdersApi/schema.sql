CREATE TABLE IF NOT EXISTS orders (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer VARCHAR(100) NOT NULL,
    total DECIMAL(10, 2) NOT NULL,
    placed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT IGNORE INTO orders (id, customer, total) VALUES (1, 'Ada Lovelace', 12.50), (2, 'Grace Hopper', 99.00), (3, 'Mary Kenneth Keller', 7.25);
